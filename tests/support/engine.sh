#!/usr/bin/env bash
# A container engine for the tests, and images from our own static fixtures: nothing is pulled. Run it, or source it.
#   engine.sh up               an engine that answers: one that runs already, or a dockerd of ours. 77 and the reason when there can
#                              be none; 1 where CI is set
#   engine.sh image FIXTURE    makes the image of that fixture when it is not there, prints its name
#   engine.sh down             ends the dockerd that `up` started, and removes the images; nothing else
: "${MCPM_BUILD_DIR:?run by ctest, or set it to the build folder}" "${MCPM_SOURCE_DIR:?}"
engine_folder=$MCPM_SOURCE_DIR/build/engine # of all presets

engine_cannot() {
    echo "no container engine: $*" >&2
    [ -n "${CI:-}" ] && return 1
    return 77
}

engine_answers() { timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

engine_start() {
    [ "$(id -u)" -eq 0 ] || { engine_cannot "none answers, and only root can start one"; return; }
    [ -z "${DOCKER_HOST:-}" ] || { engine_cannot "none answers at $DOCKER_HOST"; return; }
    command -v dockerd >/dev/null || { engine_cannot "dockerd is not installed"; return; }
    setsid dockerd >"$engine_folder/dockerd.log" 2>&1 </dev/null 9>&- &
    local pid=$! tries=200
    echo "$pid" >"$engine_folder/dockerd.pid"
    while [ "$tries" -gt 0 ] && kill -0 "$pid" 2>/dev/null; do
        engine_answers && return 0
        sleep 0.1
        tries=$((tries - 1))
    done
    kill "$pid" 2>/dev/null
    rm -f "$engine_folder/dockerd.pid"
    engine_cannot "dockerd does not run here: $(grep -v '^$' "$engine_folder/dockerd.log" | tail -n 1 | cut -c1-300)"
}

engine_up() {
    mkdir -p "$engine_folder"
    # Several tests at once: one starts it, the others wait.
    (
        flock 9
        if ! command -v docker >/dev/null || { ! command -v dockerd >/dev/null && ! engine_answers; }; then
            # shellcheck source=/dev/null
            . "$MCPM_SOURCE_DIR/tests/needs.sh"
            need_packages docker.io >&2 || { engine_cannot "docker.io cannot be installed"; exit; }
        fi
        engine_answers || engine_start
    ) 9>"$engine_folder/lock"
}

# A sanitizer's fixture is no static program: then it is built once more.
engine_program() {
    local fixture=$MCPM_BUILD_DIR/fixtures/$1
    if ldd "$fixture" >/dev/null 2>&1; then
        g++ -std=gnu++20 -O1 -static -I"$MCPM_SOURCE_DIR" -DMCPM_VERSION='"0"' -o "$2" "$MCPM_SOURCE_DIR/tests/fixtures/$1.cpp"
    else
        cp "$fixture" "$2"
    fi
}

# The fixture is /main and its entrypoint; the name has a hash of it, so a new build makes a new image.
engine_image() {
    local fixture=$MCPM_BUILD_DIR/fixtures/$1 hash name
    [ -x "$fixture" ] || { echo "no fixture $1" >&2; return 1; }
    hash=$(sha256sum "$fixture" | cut -c1-12)
    name=mcpm-test/$1:$hash
    (
        flock 9
        docker image inspect "$name" >/dev/null 2>&1 && exit 0
        folder=$(mktemp -d) && engine_program "$1" "$folder/main" && mkdir -m 1777 "$folder/tmp" &&
            tar -C "$folder" -c main tmp | docker import --change 'ENTRYPOINT ["/main"]' - "$name" >/dev/null
        code=$?
        rm -rf "$folder"
        echo "$name" >>"$engine_folder/images"
        exit "$code"
    ) 9>"$engine_folder/lock" || return 1
    echo "$name"
}

engine_down() {
    local pid name
    if engine_answers; then
        sort -u "$engine_folder/images" 2>/dev/null | while read -r name; do docker image rm -f "$name" >/dev/null 2>&1; done
    fi
    rm -f "$engine_folder/images"
    pid=$(cat "$engine_folder/dockerd.pid" 2>/dev/null) || return 0
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ] && kill "$pid"
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    rm -f "$engine_folder/dockerd.pid"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -uo pipefail
    case ${1:-} in
        up) engine_up ;;
        image) engine_up && engine_image "${2:?which fixture}" ;;
        down) engine_down ;;
        *) echo "usage: engine.sh up | image FIXTURE | down" >&2; exit 2 ;;
    esac
fi
