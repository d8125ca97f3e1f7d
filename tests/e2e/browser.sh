#!/usr/bin/env bash
# The dashboard in a real browser, each a user's story (tests/e2e/browser/stories.mjs): signing in, the whole workflow, live changes,
# keyboard only, logs, the marketplace, figures, feedback, the hooks that other programs rely on, reloads, pages of other origins, a hundred
# servers, the agent away, a hostile server. browser_access.sh, browser_crowd.sh and browser_keys.sh are the others.
#   browser.sh [STORY…]
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

# The page must come back to the same port after its agent was away.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export MCPM_HTTP_LISTEN=127.0.0.1:$port
expect "the agent starts" 0 mcpm agent start
page=$(curl -s -H 'Accept: text/html' "http://127.0.0.1:$port/")
case $page in *'id="root"'*) ;; *) skip_all "this agent has no page (MCPM_DASHBOARD=OFF)" ;; esac
command -v chromium >/dev/null || need_packages chromium >&2 || skip_all "chromium cannot be installed"
need_new_node
need_npm browser playwright-core@1.56.1 @axe-core/playwright@4.10.2 || { bad "playwright from npm"; exit 1; }
expect "a token for the page" 0 mcpm token create stories --kind api -q
export DASHBOARD_TOKEN=$out DASHBOARD_URL=http://127.0.0.1:$port BROWSER_NPM=$npm_folder MCPM_FIXTURES=$fixtures

timeout 600 node "$MCPM_SOURCE_DIR/tests/e2e/browser/stories.mjs" "$@" >"$sandbox/stories" 2>"$sandbox/stories.err" </dev/null
code=$?
cat "$sandbox/stories"
checks=$((checks + $(grep -cE '^(ok|FAILED) ' "$sandbox/stories")))
failures=$((failures + $(grep -c '^FAILED ' "$sandbox/stories")))
[ "$code" -eq 0 ] || { bad "the stories come to their end (exit $code)"; tail -n 20 "$sandbox/stories.err"; }
