#!/usr/bin/env bash
# The dashboard in a real browser, each a user's story (tests/e2e/browser/stories.mjs): signing in, the whole workflow, live changes,
# keyboard only, logs, the marketplace, figures, feedback, the hooks that other programs rely on, reloads, pages of other origins, a hundred
# servers, the agent away, a hostile server, what forms send and lists keep. browser_access.sh, browser_containers.sh, browser_crowd.sh and
# browser_keys.sh are the others.
#   browser.sh [STORY…]
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/browser.sh"
browser_checks 600 "$MCPM_SOURCE_DIR/tests/e2e/browser/stories.mjs" "$@"
