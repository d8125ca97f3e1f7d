#!/usr/bin/env bash
# The Compose file that starts agent, Prometheus and Grafana: every file that it mounts is here, its Prometheus's configuration and
# rules are good by promtool, and Prometheus asks by a name and with a token that the file gives. Where Compose and the images are,
# `packaging/compose/up.sh` starts it; here no registry is reached. The queries: tests/e2e/monitoring.sh.
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
    [ "$one" = ./mcpm.token ] || expect "$one is here" 0 test -f "$compose/$one"
done < <(mounted)
has "the token is made before Prometheus starts" "mcpm.token" "$(cat $compose/up.sh)"
expect "and is committed by nobody" 0 git -c safe.directory='*' check-ignore -q $compose/mcpm.token
has "the agent knows the name by which it is asked" "MCPM_HTTP_ALLOWED_HOSTS: mcp-manager" "$(cat $compose/compose.yaml)"
has "which is Prometheus's target" '"mcp-manager:3000"' "$(cat $compose/prometheus.yml)"
expect "the script can be read" 0 bash -n $compose/up.sh
if need_unpacked prometheus; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
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
finish
