#!/usr/bin/env bash
# The Compose file that starts agent, Prometheus and Grafana: every file that it mounts is here, its Prometheus's configuration and
# rules are good by promtool, and Prometheus asks by a name and with a token that the file gives. With MCPM_TEST_ALL=1 up.sh starts all
# of it by the Compose of Debian 13: our image (tests/packaging/image.sh leaves it), Debian's Prometheus in the place of the one that
# no registry gives here, and something that waits in the place of Grafana. The queries: tests/e2e/monitoring.sh.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/needs.sh
. tests/packaging/words.sh
compose=packaging/compose
mounted() { # the sources of bind mounts, one a line
    sed -n 's#^ *- \(\.[./a-z_-]*\):/.*#\1#p' "$compose/compose.yaml"
}
same "something is mounted" 6 "$(mounted | wc -l)"
while IFS= read -r one; do
    [ "$one" = ./mcpm.token ] || expect "$one is here" 0 test -e "$compose/$one"
done < <(mounted)
has "the token is made before Prometheus starts" "mcpm.token" "$(cat $compose/up.sh)"
expect "and is committed by nobody" 0 git -c safe.directory='*' check-ignore -q $compose/mcpm.token
has "the agent knows the name by which it is asked" "MCPM_HTTP_ALLOWED_HOSTS: mcp-manager" "$(cat $compose/compose.yaml)"
has "which is Prometheus's target" '"mcp-manager:3000"' "$(cat $compose/prometheus.yml)"
expect "the script can be read" 0 bash -n $compose/up.sh
if need_unpacked prometheus; then
    folder=$(mktemp -d)
    clean() { rm -rf "${folder:-}"; }
    sed "s#/token/mcpm.token#$folder/mcpm.token#" $compose/prometheus.yml >"$folder/prometheus.yml"
    cp packaging/prometheus/mcpm-rules.yml "$folder/" && echo x >"$folder/mcpm.token"
    expect "promtool finds the configuration good" 0 "$deb_folder/usr/bin/promtool" check config "$folder/prometheus.yml"
else
    echo "note: Debian's package prometheus cannot be fetched; promtool did not look"
fi
if docker compose version >/dev/null 2>&1; then
    expect "Compose reads it" 0 docker compose -f $compose/compose.yaml config --quiet
else
    echo "note: docker compose is not here; it did not read the file"
fi

# What keeps it from being started here, in a word; nothing when nothing does.
why_not() {
    [ -n "${MCPM_TEST_ALL:-}" ] || { echo "Compose and a Debian are fetched: MCPM_TEST_ALL=1"; return; }
    [ "$(id -u)" -eq 0 ] || { echo "debootstrap and chroot need root"; return; }
    [ -S /var/run/docker.sock ] && docker info >/dev/null 2>&1 || { echo "no engine answers at /var/run/docker.sock"; return; }
    for image in mcp-manager:test "mcpm-base:debian12-$(dpkg --print-architecture)"; do
        docker image inspect "$image" >/dev/null 2>&1 || { echo "there is no image $image: tests/packaging/image.sh makes it"; return; }
    done
    [ -n "${deb_folder:-}" ] || { echo "there is no Prometheus"; return; }
    for port in 3000 3001 3030 9090; do
        ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "somebody has port $port"; return; }
    done
}
reason=$(why_not)
if [ -n "$reason" ]; then
    echo "note: it was not started: $reason"
    finish
    exit 0
fi
need_packages debootstrap || exit 1
root=$(bare_debian trixie) || exit 1
stage=$(mktemp -d) # the same path inside and outside: the engine mounts from outside
inside() { chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive MCPM_TAG=test COMPOSE_PROJECT_NAME="mcp-manager-test-$$" "$@"; }
composed() { inside sh -c "cd '$stage/packaging/compose' && docker compose $1"; }
made=(ghcr.io/mcpmanager/mcp-manager:test)
for image in prom/prometheus:v3.7.3 grafana/grafana:12.3.0; do docker image inspect "$image" >/dev/null 2>&1 || made+=("$image"); done
clean() {
    end_inside "$root" # Compose itself, when this was cut off
    composed "down --volumes --timeout 20" >/dev/null 2>&1
    docker rmi -f "${made[@]}" >/dev/null 2>&1
    umount "$root/run/docker.sock" "$root$stage" 2>/dev/null
    leave_debian "$root"
    rm -rf "$stage" "${folder:-}"
}
mkdir -p "$stage/packaging" "$root$stage" && cp -r packaging/{compose,prometheus,grafana} "$stage/packaging/"
mount --bind "$stage" "$root$stage" && : >"$root/run/docker.sock" && mount --bind /var/run/docker.sock "$root/run/docker.sock"
expect "Debian 13 has Compose" 0 inside sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends docker-cli docker-compose >/dev/null'
cp "$deb_folder/usr/bin/prometheus" "$stage/"
stand_in() { # NAME LINES-OF-A-DOCKERFILE   unless the real one is here
    ! docker image inspect "$1" >/dev/null 2>&1 || return 0
    printf 'FROM mcpm-base:debian12-%s\n%s\n' "$(dpkg --print-architecture)" "$2" >"$stage/Dockerfile"
    DOCKER_BUILDKIT=0 docker build --quiet -t "$1" "$stage" >/dev/null
}
docker tag mcp-manager:test ghcr.io/mcpmanager/mcp-manager:test
expect "a Prometheus" 0 stand_in prom/prometheus:v3.7.3 'COPY prometheus /bin/prometheus
RUN mkdir /prometheus && chown 65534:65534 /prometheus
USER 65534
ENTRYPOINT ["/bin/prometheus"]'
expect "what waits in Grafana's place, with its files" 0 stand_in grafana/grafana:12.3.0 'ENTRYPOINT ["/bin/sh", "-c", "cat /etc/grafana/provisioning/datasources/mcpm.yaml /etc/grafana/provisioning/dashboards/mcpm.yaml /etc/grafana/mcpm/mcpm.json >/dev/null && exec sleep 1000"]'
up() { inside bash "$stage/packaging/compose/up.sh"; }
expect "up.sh starts all of it" 0 up
has "and says how to sign in" "http://" "$out"
ask() { curl -fsS -G "http://127.0.0.1:9090/api/v1/$1" "${@:2}" 2>/dev/null; }
for _ in $(seq 300); do case $(ask query --data-urlencode 'query=up{job="mcpm"}') in *'"1"]'*) break ;; esac; sleep 0.2; done
has "Prometheus reads the agent" '"1"]' "$(ask query --data-urlencode 'query=up{job="mcpm"}')"
has "with the alert rules" McpmDown "$(ask rules)"
expect "the page opens" 0 curl -fsS -o /dev/null http://127.0.0.1:3000/
same "all three run" 3 "$(composed "ps --services --status running" | wc -l)"
before=$(cat "$stage/packaging/compose/mcpm.token")
expect "a second time" 0 up
same "the token is the same" "$before" "$(cat "$stage/packaging/compose/mcpm.token")"
finish
