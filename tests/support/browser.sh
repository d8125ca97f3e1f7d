# Sourced after sandbox.sh: an agent that has the page, at a port that it keeps when it starts again, a token for the page, and a browser.
#   DASHBOARD_URL, DASHBOARD_TOKEN, BROWSER_NPM, MCPM_FIXTURES     for the programs that drive it
. "$MCPM_SOURCE_DIR/tests/needs.sh"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
port=$(free_port)
export MCPM_HTTP_LISTEN=127.0.0.1:$port DASHBOARD_URL=http://127.0.0.1:$port MCPM_FIXTURES=$fixtures
expect "the agent starts" 0 mcpm agent start
page=$(curl -s -H 'Accept: text/html' "$DASHBOARD_URL/")
case $page in *'id="root"'*) ;; *) skip_all "this agent has no page (MCPM_DASHBOARD=OFF)" ;; esac
need_browser || { bad "Chromium and Playwright can be had"; exit 1; }
export BROWSER_NPM=$npm_folder
expect "a token for the page" 0 mcpm token create stories --kind api -q
export DASHBOARD_TOKEN=$out

# Runs a program of node and counts its lines.
browser_checks() { # SECONDS PROGRAM [ARGUMENT…]
    local code
    timeout "$1" node "${@:2}" >"$sandbox/checks.browser" 2>"$sandbox/checks.err" </dev/null
    code=$?
    cat "$sandbox/checks.browser"
    counted "$sandbox/checks.browser"
    [ "$code" -eq 0 ] || { bad "$(basename "$2") comes to its end (exit $code)"; tail -n 20 "$sandbox/checks.err"; }
}
