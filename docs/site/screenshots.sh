#!/usr/bin/env bash
# Pictures of every page of the dashboard, of an agent of its own: docs/site/screenshots.sh [FOLDER] (default docs/images).
#   MCPM_BUILD_DIR   has mcpm, mcpmd and fixtures (default build/dev)
#   THEMES, WIDTHS   what they are taken in (default "light", "1280")
#   SERVERS          how many servers there are (default 3: a few with something to see); several make a folder for each
#   ONLY             a regular expression: the pictures whose name fits it
#   PAGE             a folder with a page that build.mjs made: taken instead of the one in the agent
# All there is to look at after a change: THEMES="light dark" WIDTHS="360 1024 1920" SERVERS="0 3 100 1000" docs/site/screenshots.sh FOLDER
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/needs.sh"
build=${MCPM_BUILD_DIR:-$root/build/dev} out=${1:-$root/docs/images}
need_browser
home=$(mktemp -d)
export HOME=$home XDG_RUNTIME_DIR=$home/run PATH=$build:$build/fixtures:$PATH
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
mkdir -m 700 "$XDG_RUNTIME_DIR"
trap 'mcpm agent stop >/dev/null 2>&1 || true; rm -rf "$home"' EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export MCPM_HTTP_LISTEN=127.0.0.1:$port
mcpm agent start
DASHBOARD_TOKEN=$(mcpm token create pictures --kind api -q)
export DASHBOARD_TOKEN DASHBOARD_URL=http://127.0.0.1:$port BROWSER_NPM=$npm_folder

# A few servers of each kind of state, with calls, errors, secrets and feedback to show.
a_few() {
    mcpm add files --start -l team=docs --memory 256m -- mcp_everything
    mcpm add search --start -l team=web -- mcp_everything
    mcpm add notes --lazy -l team=docs -- mcp_everything
    mcpm add worker --transport none --start -l team=web -- sh -c \
        'i=0; while :; do i=$((i+1)); echo "INFO request $i served in $((i % 40 + 3)) ms" >&2; [ $((i % 17)) -eq 0 ] && echo "WARN request $i was slow" >&2; [ $((i % 41)) -eq 0 ] && echo "ERROR request $i: the database did not answer" >&2; sleep 0.1; done'
    mcpm add broken -- /bin/false
    mcpm start broken >/dev/null 2>&1 || true
    local word
    for word in one two three; do mcpm call files echo "message=$word" >/dev/null; done
    mcpm call search echo message=hello >/dev/null
    printf 'hidden' | mcpm secret set github-token
    mcpm profile create editor --server files -d "what the editor sees"
    mcpm feedback send "The log stays where I scrolled" -r 5 -t general >/dev/null
}

# up_to COUNT   defines servers until there are so many; every tenth runs
up_to() {
    python3 - "$1" <<'PYTHON'
import json, os, sys, urllib.request
base, token = os.environ["DASHBOARD_URL"], os.environ["DASHBOARD_TOKEN"]
def ask(method, path, body=None):
    request = urllib.request.Request(base + path, None if body is None else json.dumps(body).encode(), method=method)
    request.add_header("Authorization", f"Bearer {token}")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
teams = ["docs", "web", "data", "platform with a long name", "research"]
for index in range(len(os.environ["HAVE"].split()), int(sys.argv[1])):
    name = f"server {index:04}" if index % 7 else f"a server with a name that is as long as a name may be, {index:04}"
    body = {"name": name, "command": "/bin/sleep", "args": ["100000"],
            "config": {"transport": "none", "labels": {"team": teams[index % len(teams)]}}}
    made = ask("POST", "/api/servers", body)["data"]
    if index % 10 == 0 and index < 300:
        ask("POST", f"/api/servers/{made['id']}/start", {})
PYTHON
}

counts=${SERVERS:-3}
for count in $counts; do
    folder=$out
    [ "$counts" = "$count" ] || folder=$out/$count
    mkdir -p "$folder"
    if [ "$count" -gt 0 ]; then
        [ -n "$(mcpm list -q)" ] || a_few
        HAVE=$(mcpm list -q) up_to "$count"
        sleep "${SETTLE:-20}" # so that there is something to draw
    fi
    node "$root/docs/site/screenshots.mjs" "$folder" "$count"
done
