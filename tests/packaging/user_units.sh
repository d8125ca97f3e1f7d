#!/usr/bin/env bash
# The units of a user under a real systemd: the socket starts the agent, a living agent takes the socket over, the service
# outlives the agent, is upgraded under it, ends with everything, and is back after a boot. Needs root (it boots a machine of
# its own) and the programs in $MCPM_BUILD_DIR (default build/release, else build/dev).
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/packaging/words.sh
MCPM_SOURCE_DIR=$PWD
for preset in release dev; do [ -x "build/$preset/mcpmd" ] && : "${MCPM_BUILD_DIR:=$PWD/build/$preset}"; done
[ -n "${MCPM_BUILD_DIR:-}" ] && [ -x "$MCPM_BUILD_DIR/mcpmd" ] || skip "the programs are not built"
export MCPM_BUILD_DIR MCPM_SOURCE_DIR
. tests/support/booted.sh
machine=$(mktemp -d "${TMPDIR:-/tmp}/mcpm-booted.XXXXXX")
clean() { booted_down "$machine"; rm -rf --one-file-system "$machine"; }
booted_up "$machine" || { code=$?; [ "$code" -eq 77 ] && exit 77; exit 1; }

ann() { booted_as "$machine" ann "$@"; }
control() { ann systemctl --user "$@"; }
until_true() { # SECONDS COMMAND…
    local tries=$(($1 * 10))
    shift
    while [ "$tries" -gt 0 ]; do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; tries=$((tries - 1)); done
    return 1
}
check() { local what=$1; shift; if "$@"; then ok "$what"; else bad "$what ($*)"; fi; }
value() { python3 -c 'import json,sys; print(json.load(sys.stdin).get(sys.argv[1], ""))' "$1"; }
field() { ann mcpm show "$1" -o json 2>/dev/null | value "$2"; }
status() { ann mcpm agent status -o json 2>/dev/null | value "$1"; }
main_pid() { control show -P MainPID mcpmd.service; }
left() { booted_run "$machine" pgrep -u ann -f '^/mcpm/'; }

booted_run "$machine" useradd --create-home --shell /bin/bash ann
expect "a user who lingers has a manager of his own" 0 booted_run "$machine" loginctl enable-linger ann
uid=$(booted_run "$machine" id -u ann)
check "which answers" until_true 20 control is-system-running --wait
for unit in mcpmd.service.in mcpmd.socket; do
    booted_run "$machine" sh -c "sed 's#@MCPM_BIN@#/mcpm#' /mcpm/systemd/user/$unit >/etc/systemd/user/${unit%.in}"
done
control daemon-reload
expect "the units are read" 0 control cat mcpmd.service mcpmd.socket

# An agent that was started by hand goes on, and is who answers at systemd's socket.
expect "an agent by hand" 0 ann mcpm agent start
expect "with a server" 0 ann mcpm add one --start -- /mcpm/fixtures/mcp_everything
agent=$(status pid) one=$(field one pid)
expect "the socket unit is enabled" 0 control enable --now mcpmd.socket
expect "a command meanwhile" 0 ann mcpm list
has "shows the server" one "$out"
sleep 1
same "the agent is the same" "$agent" "$(status pid)"
same "and the server" "$one" "$(field one pid)"
expect "the socket unit is well" 0 control is-active mcpmd.socket
expect "the service did not fail" 1 control is-failed mcpmd.service
expect "twenty commands at once" 0 ann bash -c 'for i in $(seq 20); do mcpm list >/dev/null & pids="$pids $!"; done; for p in $pids; do wait $p || exit 1; done'
expect "the agent by hand ends" 0 ann mcpm agent stop
same "with its server" "" "$(booted_run "$machine" pgrep -u ann mcp_everything)"

# Activation.
expect "the socket unit is there still, or again" 0 control start mcpmd.socket
expect "the next command starts the service" 0 ann mcpm list
expect "which is active" 0 control is-active mcpmd.service
keeper=$(main_pid)
check "its main process is the keeper" test "$keeper" -gt 1
check "and the server that was wanted is back" until_true 20 eval '[ "$(field one status)" = running ]'
one=$(field one pid) agent=$(status pid)
has "it is in the service's own control group" mcpmd.service "$(booted_run "$machine" cat "/proc/$one/cgroup")"
expect "the agent is replaced" 0 ann mcpm agent restart
expect "and upgraded" 0 ann mcpm agent upgrade
check "it is another agent" test "$agent" != "$(status pid)"
same "the keeper is the same" "$keeper" "$(main_pid)"
same "and the server" "$one" "$(field one pid)"
booted_run "$machine" kill -KILL "$(status pid)"
check "killed, it is back" until_true 20 ann mcpm call one echo message=x
same "under the same keeper" "$keeper" "$(main_pid)"
same "with the same server" "$one" "$(field one pid)"
expect "the manager is asked to restart it" 0 control restart mcpmd.service
check "the server is back" until_true 20 eval '[ "$(field one status)" = running ]'
check "as another process" test "$one" != "$(field one pid)"
booted_run "$machine" kill -KILL "$(main_pid)"
check "the keeper killed: systemd starts the service again" until_true 30 eval '[ "$(field one status)" = running ]'
same "one server, not two" 1 "$(booted_run "$machine" pgrep -c -u ann mcp_everything)"
expect "the service is stopped" 0 control stop mcpmd.service
same "nothing of it is left" "" "$(left)"
expect "the socket starts it again" 0 ann mcpm list
expect "mcpm stops it too" 0 ann mcpm agent stop
check "which the manager takes for an end, not a failure" until_true 10 eval '[ "$(control show -P ActiveState mcpmd.service)" = inactive ]'

# A boot.
expect "the service is enabled" 0 control enable mcpmd.service
booted_off "$machine"
booted_up "$machine" || exit 1
check "after a boot it runs before anybody asks" until_true 30 eval '[ "$(control show -P ActiveState mcpmd.service)" = active ]'
check "with the server that was wanted" until_true 20 eval '[ "$(field one status)" = running ]'
expect "the machine is powered off in time" 0 timeout 60 bash tests/support/booted.sh off "$machine"
finish
