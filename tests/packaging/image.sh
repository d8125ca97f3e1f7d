#!/usr/bin/env bash
# The container image, built on a Debian made here, run as the docs say: as 1001, with a read-only root and no capability; its
# page opens, it is healthy, it ends in time and starts again with what it knew. With MCPM_TEST_ALL=1 also the tag with node and
# python, and the image of the other machine. Needs an engine and a .deb in build/packages ($MCPM_TEST_IMAGE: an image that is built).
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/packaging/words.sh
export MCPM_BUILD_DIR=${MCPM_BUILD_DIR:-$PWD/build} MCPM_SOURCE_DIR=$PWD # as engine.sh asks for
engine=theirs
docker info >/dev/null 2>&1 || { bash tests/support/engine.sh up && engine=ours; } || skip "no container engine answers"
if ! docker image inspect "${MCPM_TEST_IMAGE:-none}" >/dev/null 2>&1; then # one that was built already
    newest "build/packages/mcpm_*_$(dpkg --print-architecture).deb" >/dev/null || skip "no package in build/packages: run packaging/deb.sh first"
    expect "it is built" 0 bash packaging/image/build.sh --local-base --tag mcp-manager:test
    [ "$failures" -eq 0 ] || finish # what is there under that name is an older one
    MCPM_TEST_IMAGE=mcp-manager:test
fi
docker image inspect "$MCPM_TEST_IMAGE" --format '{{.Size}}' | awk '{printf "   %.1f MB\n", $1 / 1e6}'
size=$(docker image inspect "$MCPM_TEST_IMAGE" --format '{{.Size}}')
expect "it is at most 60 MB" 0 test "$size" -le 60000000
name=mcp-manager-test-$$
volume=$name-data
clean() {
    docker rm -f "$name" "$name-engine" "$name-quick" "$name-full" $(docker ps -aq --filter "label=mcpm.server" --filter "ancestor=$MCPM_TEST_IMAGE") >/dev/null 2>&1
    docker volume rm "$volume" "$name-quick" "$name-full" >/dev/null 2>&1
    [ $engine = theirs ] || bash tests/support/engine.sh down
}
start() {
    docker run -d --name "$name" --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /run/user/1001:uid=1001,gid=1001,mode=700 --tmpfs /tmp \
        --health-interval 1s -p 127.0.0.1:0:3000 -p 127.0.0.1:0:3001 -v "$volume:/app/data" "$MCPM_TEST_IMAGE"
}
expect "it starts as the docs say" 0 start
inside() { docker exec "$name" "$@"; }
for _ in $(seq 100); do inside mcpm agent status >/dev/null 2>&1 && break; sleep 0.2; done
expect "the agent answers" 0 inside mcpm agent status
same "as the user 1001" 1001 "$(inside sh -c 'busybox id -u')"
port=$(docker port "$name" 3000 | head -n 1 | sed 's/.*://')
expect "the page opens" 0 curl -fsS -H "Host: localhost:3000" "http://127.0.0.1:$port/"
has "and is ours" "MCP Manager" "$out"
second=$(docker port "$name" 3001 | head -n 1 | sed 's/.*://')
expect "on the second port too" 0 curl -fsS -H "Host: localhost:3001" "http://127.0.0.1:$second/"
for _ in $(seq 100); do [ "$(docker inspect "$name" --format '{{.State.Health.Status}}')" = healthy ] && break; sleep 0.2; done
same "the engine finds it healthy" healthy "$(docker inspect "$name" --format '{{.State.Health.Status}}')"
expect "the API wants a token" 22 curl -fsS -H "Host: localhost:3000" "http://127.0.0.1:$port/api/servers"
expect "a link to sign in is made" 0 inside mcpm dashboard --print
has "and looks like one" "http" "$out"
has "how to sign in is in the log" "dashboard --print" "$(docker logs "$name" 2>&1)"
link=$(inside mcpm dashboard --print 2>/dev/null | grep -o 'http://[^ ]*')
expect "and signs in, by a cookie" 0 curl -fsS -o /dev/null -D - -H "Host: localhost:3000" "http://127.0.0.1:$port/${link#http://*/}"
has "for the dashboard alone" "Set-Cookie" "$out"
has "that no script reads" "HttpOnly" "$out"
expect "a server is added" 0 inside mcpm add sleeper --transport none --start -- /usr/bin/busybox sleep 1000
expect "it stops in time" 0 docker stop -t 30 "$name"
same "with status 0" 0 "$(docker inspect "$name" --format '{{.State.ExitCode}}')"
expect "it starts again" 0 docker start "$name"
same "and nothing is written beside it" "" "$(docker diff "$name" | grep -vE '^C? ?(/app|/run|/tmp)|^. (/app/data|/run/user|/tmp)')"
for _ in $(seq 100); do inside mcpm wait sleeper --for running --timeout 5s >/dev/null 2>&1 && break; sleep 0.2; done
expect "with the server that ran" 0 inside mcpm wait sleeper --for running --timeout 10s

# The shortest line, as a reader types it first: no option but ports, socket and volume.
quick=$name-quick
expect "the quick start's line" 0 docker run -d --name "$quick" -p 127.0.0.1:0:3000 -v /var/run/docker.sock:/var/run/docker.sock -v "$quick:/app/data" "$MCPM_TEST_IMAGE"
for _ in $(seq 100); do docker exec "$quick" mcpm agent status >/dev/null 2>&1 && break; sleep 0.2; done
expect "its page opens" 0 curl -fsS -H "Host: localhost:3000" "http://127.0.0.1:$(docker port "$quick" 3000 | head -n 1 | sed 's/.*://')/"
has "and is ours" "MCP Manager" "$out"
has "and its log says how to sign in" "dashboard --print" "$(docker logs "$quick" 2>&1)"
docker rm -f "$quick" >/dev/null && docker volume rm "$quick" >/dev/null

# With the engine's socket, as the docs say: it runs servers in containers beside its own.
socket=/var/run/docker.sock
if [ -S "$socket" ]; then
    with_engine() {
        docker run -d --name "$name-engine" --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /run/user/1001:uid=1001,gid=1001,mode=700 --tmpfs /tmp \
            -v "$socket:$socket" --group-add "$(stat -c %g "$socket")" -p 127.0.0.1:0:3000 "$MCPM_TEST_IMAGE"
    }
    beside() { docker exec "$name-engine" "$@"; }
    expect "it starts with the engine's socket" 0 with_engine
    for _ in $(seq 100); do beside mcpm agent status >/dev/null 2>&1 && break; sleep 0.2; done
    expect "a server in a container" 0 beside mcpm add box --image "$MCPM_TEST_IMAGE" --entrypoint /usr/bin/busybox --pull never --transport none --start -- sleep 1000
    expect "runs" 0 beside mcpm wait box --for running --timeout 20s
    check_label() { [ -n "$(docker ps -q --filter label=mcpm.server --filter "ancestor=$MCPM_TEST_IMAGE")" ]; }
    expect "in the engine of the machine" 0 check_label
    expect "it is stopped" 0 beside mcpm stop box
    expect "and gone there" 1 check_label
else
    echo "note: no socket at $socket; servers in containers were left out"
fi

# The second tag, with node and python: an npm and a PyPI server are installed in it, run and are called. The certificates of this
# machine, because a registry may be reached through a company's own.
if [ -n "${MCPM_TEST_ALL:-}" ]; then
    expect "the full image is built" 0 bash packaging/image/build.sh --local-base --target full --tag mcp-manager:test-full
    printf '   %s\n' "${out##*$'\n'}"
    full() { docker run --rm --read-only --cap-drop ALL --tmpfs /run/user/1001:uid=1001,gid=1001,mode=700 --tmpfs /tmp --entrypoint "$1" mcp-manager:test-full "${@:2}"; }
    expect "it has node" 0 full node --version
    expect "and npm" 0 full npm --version
    expect "and python with venv" 0 full python3 -c 'import venv, ensurepip'
    same "as the user 1001" 1001 "$(full id -u)"
    certificates=/etc/ssl/certs/ca-certificates.crt
    with_packages() {
        docker run -d --name "$name-full" --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /run/user/1001:uid=1001,gid=1001,mode=700 --tmpfs /tmp \
            --network host -e MCPM_HTTP_LISTEN=off -v "$certificates:$certificates:ro" -e NODE_EXTRA_CA_CERTS="$certificates" -v "$name-full:/app/data" mcp-manager:test-full
    }
    packaged() { docker exec "$name-full" "$@"; }
    expect "it starts as the small one does" 0 with_packages
    for _ in $(seq 100); do packaged mcpm agent status >/dev/null 2>&1 && break; sleep 0.2; done
    expect "a server from npm" 0 packaged mcpm add everything --npm @modelcontextprotocol/server-everything@2026.8.31 --start
    expect "is called" 0 packaged mcpm call everything echo message=hello
    has "and answers" hello "$out"
    expect "a server from PyPI" 0 packaged mcpm add calculator --pypi mcp-server-calculator==0.2.1 --start
    expect "is called" 0 packaged mcpm call calculator calculate expression='6*7'
    has "and answers" 42 "$out"
    docker rm -f "$name-full" >/dev/null && docker volume rm "$name-full" >/dev/null
else
    echo "note: the image with node and python was left out, it takes minutes: MCPM_TEST_ALL=1"
fi

# The image of the machine that this one is not: cross-built from its package, run by an emulator.
case $(dpkg --print-architecture) in amd64) foreign=arm64 ;; *) foreign=amd64 ;; esac
. tests/needs.sh
if [ -z "${MCPM_TEST_ALL:-}" ]; then
    echo "note: the image for $foreign was left out, it takes minutes: MCPM_TEST_ALL=1"
elif ! newest "build/packages/mcpm_*_$foreign.deb" >/dev/null; then
    echo "note: the image for $foreign was left out: packaging/deb.sh --arch $foreign makes the package that it is built of"
elif ! need_emulator "$foreign"; then
    echo "note: the image for $foreign was left out: there is no emulator"
else
    expect "the image for $foreign is built" 0 bash packaging/image/build.sh --local-base --arch "$foreign" --tag "mcp-manager:test-$foreign"
    printf '   %s\n' "${out##*$'\n'}"
    same "it says for what it is" "linux/$foreign" "$(docker image inspect "mcp-manager:test-$foreign" --format '{{.Os}}/{{.Architecture}}')"
    expect "it is at most 60 MB" 0 test "$(docker image inspect "mcp-manager:test-$foreign" --format '{{.Size}}')" -le 60000000
    there() { docker run --rm --platform "linux/$foreign" --read-only --cap-drop ALL --tmpfs /run/user/1001:uid=1001,gid=1001,mode=700 --tmpfs /tmp --entrypoint "$1" "mcp-manager:test-$foreign" "${@:2}"; }
    expect "mcpm runs in it" 0 there mcpm version
    expect "mcpmd too, with its libraries" 0 there mcpmd --version
    same "as the user 1001" 1001 "$(there busybox id -u)"
fi
finish
