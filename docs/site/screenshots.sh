#!/usr/bin/env bash
# Pictures of every page of the dashboard, of an agent of its own with a few servers: docs/site/screenshots.sh [FOLDER] (default docs/images).
#   MCPM_BUILD_DIR has mcpm, mcpmd and fixtures (default build/dev); THEMES="light dark", WIDTHS="1280" are what they are taken in
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/needs.sh"
build=${MCPM_BUILD_DIR:-$root/build/dev} out=${1:-$root/docs/images}
command -v chromium >/dev/null || need_packages chromium
need_new_node
need_npm browser playwright-core@1.56.1 @axe-core/playwright@4.10.2
home=$(mktemp -d)
export HOME=$home XDG_RUNTIME_DIR=$home/run PATH=$build:$build/fixtures:$PATH
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
mkdir -m 700 "$XDG_RUNTIME_DIR"
trap 'mcpm agent stop >/dev/null 2>&1 || true; rm -rf "$home"' EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export MCPM_HTTP_LISTEN=127.0.0.1:$port
mcpm agent start
mcpm add files --start -l team=docs --memory 256m -- mcp_everything
mcpm add search --start -l team=web -- mcp_everything
mcpm add notes --lazy -l team=docs -- mcp_everything
mcpm add worker --transport none --start -l team=web -- sh -c \
    'i=0; while :; do i=$((i+1)); echo "INFO request $i served in $((i % 40 + 3)) ms" >&2; [ $((i % 17)) -eq 0 ] && echo "WARN request $i was slow" >&2; [ $((i % 41)) -eq 0 ] && echo "ERROR request $i: the database did not answer" >&2; sleep 0.1; done'
mcpm add broken -- /bin/false
mcpm start broken >/dev/null 2>&1 || true
for word in one two three; do mcpm call files echo "message=$word" >/dev/null; done
mcpm call search echo message=hello >/dev/null
printf 'hidden' | mcpm secret set github-token
mcpm profile create editor --server files -d "what the editor sees"
mcpm feedback send "The log stays where I scrolled" -r 5 -t general >/dev/null
DASHBOARD_TOKEN=$(mcpm token create pictures --kind api -q)
export DASHBOARD_TOKEN DASHBOARD_URL=http://127.0.0.1:$port BROWSER_NPM=$npm_folder
sleep "${SETTLE:-20}" # so that there is something to draw
mkdir -p "$out"
node "$root/docs/site/screenshots.mjs" "$out"
