#!/usr/bin/env bash
# Lighthouse over the main pages of the dashboard, on a desk and on a phone: performance, accessibility and best practices at least 95.
# Figures of a machine that does much beside say little of performance. Some minutes, and 60 MB from npm: MCPM_TEST_ALL=1.
. "$(dirname "$0")/../support/sandbox.sh"
[ -n "${MCPM_TEST_ALL:-}" ] || skip_all "Lighthouse takes some minutes and 60 MB from npm: MCPM_TEST_ALL=1"
. "$MCPM_SOURCE_DIR/tests/support/browser.sh"
need_npm_locked lighthouse "$MCPM_SOURCE_DIR/tests/dashboard/lighthouse" || { bad "lighthouse from npm"; exit 1; }
export LIGHTHOUSE_NPM=$npm_folder

expect "a server" 0 mcpm add files --start -l team=docs -- "$fixtures/mcp_everything"
for name in search notes worker; do expect "another" 0 mcpm add $name --start -l team=web -- "$fixtures/mcp_everything"; done
expect "one that is stopped" 0 mcpm add spare -- /bin/cat
expect "one that cannot start" 1 mcpm add broken --start -- /bin/false
expect "a call" 0 mcpm call files echo message=hello
browser_checks 900 "$MCPM_SOURCE_DIR/tests/dashboard/lighthouse/lighthouse.mjs"
