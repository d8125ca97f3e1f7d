#!/usr/bin/env bash
# Lighthouse over the main pages of the dashboard, on a desk and on a phone: performance, accessibility and best practices at least 95.
# Figures of a machine that does much beside say little of performance. Some minutes, and 60 MB from npm: MCPM_TEST_ALL=1.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"
[ -n "${MCPM_TEST_ALL:-}" ] || skip_all "Lighthouse takes some minutes and 60 MB from npm: MCPM_TEST_ALL=1"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export MCPM_HTTP_LISTEN=127.0.0.1:$port
expect "the agent starts" 0 mcpm agent start
page=$(curl -s -H 'Accept: text/html' "http://127.0.0.1:$port/")
case $page in *'id="root"'*) ;; *) skip_all "this agent has no page (MCPM_DASHBOARD=OFF)" ;; esac
command -v chromium >/dev/null || need_packages chromium >&2 || skip_all "chromium cannot be installed"
need_new_node
need_npm browser playwright-core@1.56.1 @axe-core/playwright@4.10.2 || { bad "playwright from npm"; exit 1; }
BROWSER_NPM=$npm_folder
need_npm_locked lighthouse "$MCPM_SOURCE_DIR/tests/dashboard/lighthouse" || { bad "lighthouse from npm"; exit 1; }
export BROWSER_NPM LIGHTHOUSE_NPM=$npm_folder DASHBOARD_URL=http://127.0.0.1:$port

expect "a server" 0 mcpm add files --start -l team=docs -- "$fixtures/mcp_everything"
for name in search notes worker; do expect "another" 0 mcpm add $name --start -l team=web -- "$fixtures/mcp_everything"; done
expect "one that is stopped" 0 mcpm add spare -- /bin/cat
expect "one that cannot start" 1 mcpm add broken --start -- /bin/false
expect "a call" 0 mcpm call files echo message=hello
expect "a token for the page" 0 mcpm token create lighthouse --kind api -q
export DASHBOARD_TOKEN=$out
timeout 900 node "$MCPM_SOURCE_DIR/tests/dashboard/lighthouse/lighthouse.mjs" >"$sandbox/figures" 2>"$sandbox/figures.err" </dev/null
code=$?
cat "$sandbox/figures"
checks=$((checks + $(grep -cE '^(ok|FAILED) ' "$sandbox/figures")))
failures=$((failures + $(grep -c '^FAILED ' "$sandbox/figures")))
[ "$code" -eq 0 ] || { bad "Lighthouse comes to its end (exit $code)"; tail -n 20 "$sandbox/figures.err"; }
