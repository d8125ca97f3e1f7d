#!/usr/bin/env bash
# The container image, built on a Debian made here, run as the docs say: as 1001, with a read-only root and no capability; its
# page opens, it is healthy, it ends in time and starts again with what it knew. Needs an engine and a .deb in build/packages.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/packaging/words.sh
newest "build/packages/mcpm_*_$(dpkg --print-architecture).deb" >/dev/null || skip "no package in build/packages: run packaging/deb.sh first"
docker info >/dev/null 2>&1 || skip "no container engine answers"
expect "it is built" 0 bash packaging/image/build.sh --local-base --tag mcp-manager:test
printf '   %s\n' "${out##*$'\n'}"
size=$(docker image inspect mcp-manager:test --format '{{.Size}}')
expect "it is at most 60 MB" 0 test "$size" -le 60000000
name=mcp-manager-test-$$
volume=$name-data
clean() { docker rm -f "$name" >/dev/null 2>&1; docker volume rm "$volume" >/dev/null 2>&1; }
trap clean EXIT
start() {
    docker run -d --name "$name" --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /run/user/1001:uid=1001,gid=1001,mode=700 --tmpfs /tmp \
        -p 127.0.0.1:0:3000 -v "$volume:/app/data" mcp-manager:test
}
expect "it starts as the docs say" 0 start
inside() { docker exec "$name" "$@"; }
for _ in $(seq 100); do inside mcpm agent status >/dev/null 2>&1 && break; sleep 0.2; done
expect "the agent answers" 0 inside mcpm agent status
same "as the user 1001" 1001 "$(inside sh -c 'busybox id -u')"
port=$(docker port "$name" 3000 | head -n 1 | sed 's/.*://')
expect "the page opens" 0 curl -fsS -H "Host: localhost:3000" "http://127.0.0.1:$port/"
has "and is ours" "MCP Manager" "$out"
expect "the API wants a token" 22 curl -fsS -H "Host: localhost:3000" "http://127.0.0.1:$port/api/servers"
expect "a link to sign in is made" 0 inside mcpm dashboard --print
has "and looks like one" "http" "$out"
has "how to sign in is in the log" "dashboard --print" "$(docker logs "$name" 2>&1)"
expect "a server is added" 0 inside mcpm add sleeper --transport none --start -- /usr/bin/busybox sleep 1000
expect "it stops in time" 0 docker stop -t 30 "$name"
same "with status 0" 0 "$(docker inspect "$name" --format '{{.State.ExitCode}}')"
expect "it starts again" 0 docker start "$name"
for _ in $(seq 100); do inside mcpm wait sleeper --for running --timeout 5s >/dev/null 2>&1 && break; sleep 0.2; done
expect "with the server that ran" 0 inside mcpm wait sleeper --for running --timeout 10s
finish
