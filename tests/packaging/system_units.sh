#!/usr/bin/env bash
# The units of the machine under a real systemd: its user, activation, reload, watchdog, what the hardening leaves to servers,
# and that nothing of a stopped service is left. Needs root (it boots a machine of its own) and the programs in
# $MCPM_BUILD_DIR (default build/release, else build/dev).
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

root() { booted_run "$machine" "$@"; }
service() { root setpriv --reuid=mcpm --regid=mcpm --init-groups env MCPM_SYSTEM=1 HOME=/var/lib/mcpm "$@"; }
until_true() { # SECONDS COMMAND…
    local tries=$(($1 * 10))
    shift
    while [ "$tries" -gt 0 ]; do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; tries=$((tries - 1)); done
    return 1
}
check() { local what=$1; shift; if "$@"; then ok "$what"; else bad "$what ($*)"; fi; }
value() { python3 -c 'import json,sys; print(json.load(sys.stdin).get(sys.argv[1], ""))' "$1"; }
field() { service mcpm show "$1" -o json 2>/dev/null | value "$2"; }
status() { service mcpm agent status -o json 2>/dev/null | value "$1"; }
property() { root systemctl show -P "$1" mcpmd.service; }
is_running() { [ "$(field "$1" status)" = running ]; }

root mkdir -p /usr/lib/sysusers.d
root cp /mcpm/systemd/sysusers.conf /usr/lib/sysusers.d/mcpm.conf
expect "the user is made by sysusers" 0 root systemd-sysusers
expect "and is there" 0 root id mcpm
for unit in mcpmd.service.in mcpmd.socket; do
    root sh -c "sed 's#@MCPM_BIN@#/mcpm#' /mcpm/systemd/system/$unit >/etc/systemd/system/${unit%.in}"
done
root systemctl daemon-reload
expect "the units have no fault" 0 root systemd-analyze verify --man=no /etc/systemd/system/mcpmd.service /etc/systemd/system/mcpmd.socket
same "and no warning" "" "$out"
expect "their exposure is looked at" 0 root systemd-analyze security --no-pager mcpmd.service
figure=$(printf '%s\n' "$out" | sed -n 's/.*exposure level for mcpmd.service: \([0-9.]*\).*/\1/p')
printf '   exposure %s of 10\n' "$figure"
check "it is what docs/service.md argues" grep -qF "**$figure**" docs/service.md

expect "the socket is enabled" 0 root systemctl enable --now mcpmd.socket
same "nothing runs yet" inactive "$(property ActiveState)"
expect "a command starts the service" 0 service mcpm list
same "which is active" active "$(property ActiveState)"
expect "root is let in too" 0 root env MCPM_SYSTEM=1 mcpm list
root useradd --create-home --shell /bin/bash ann
expect "another user is not" 1 booted_as "$machine" ann env MCPM_SYSTEM=1 mcpm list
has "and is told why" "belongs to uid" "$out"
expect "a server" 0 service mcpm add one --start -- /mcpm/fixtures/mcp_everything
one=$(field one pid) agent=$(status pid) keeper=$(property MainPID)
same "runs as the service's user" mcpm "$(root stat -c %U "/proc/$one")"
has "in a control group of its own within the service's" mcpmd.service/ "$(root cat "/proc/$one/cgroup")"
same "can gain no right" "NoNewPrivs:	1" "$(root grep NoNewPrivs "/proc/$one/status")"
same "has none to give" "CapBnd:	0000000000000000" "$(root grep CapBnd "/proc/$one/status")"
root sh -c 'echo secret >/home/ann/notes && chmod -R a+rX /home/ann'
reaches() { root nsenter --target "$1" --mount "${@:2}"; }
expect "sees no home" 1 reaches "$one" cat /home/ann/notes
expect "writes nowhere but in its own folders" 1 reaches "$one" touch /usr/mark
expect "which it does" 0 reaches "$one" touch /var/lib/mcpm/mark
expect "its /tmp is its own" 0 reaches "$one" touch /tmp/of-the-service
expect "and not the machine's" 1 root test -e /tmp/of-the-service

# Reload.
root sh -c 'mkdir -p /etc/mcpm && echo "log_level: debug" >/etc/mcpm/config.yaml'
expect "the service is reloaded" 0 root systemctl reload mcpmd.service
check "by another agent" test "$agent" != "$(status pid)"
same "under the same keeper" "$keeper" "$(property MainPID)"
same "the server runs on" "$one" "$(field one pid)"
has "and the settings are the new ones" debug "$(service mcpm config show log_level 2>/dev/null)"
root sh -c 'echo "log_level: nonsense" >/etc/mcpm/config.yaml'
expect "bad settings fail the reload" 1 root systemctl reload mcpmd.service
check "the server runs on" root test -d "/proc/$one"
root sh -c 'echo "log_level: info" >/etc/mcpm/config.yaml'
check "and so does the service" until_true 30 service mcpm list

# The watchdog: an agent that stands still is ended, its servers with it, and all of it is there again.
root mkdir -p /etc/systemd/system/mcpmd.service.d
root sh -c 'printf "[Service]\nWatchdogSec=3\nRestartSec=100ms\n" >/etc/systemd/system/mcpmd.service.d/watchdog.conf'
root systemctl daemon-reload
expect "with a short watchdog" 0 root systemctl restart mcpmd.service
check "the server is there" until_true 30 is_running one
keeper=$(property MainPID)
sleep 5
same "a living agent keeps it quiet" "$keeper" "$(property MainPID)"
root kill -STOP "$(status pid)"
check "one that stands still is noticed" until_true 30 eval '[ "$(property MainPID)" != "$keeper" ] && [ "$(property MainPID)" != 0 ]'
check "and everything is back" until_true 30 is_running one
same "once" 1 "$(root pgrep -c -u mcpm mcp_everything)"
has "the journal says why" watchdog "$(root journalctl -q --no-pager -u mcpmd.service)"
root rm -r /etc/systemd/system/mcpmd.service.d
root systemctl daemon-reload

# The end.
root systemctl restart mcpmd.service
check "the server is there" until_true 30 is_running one
root kill -KILL "$(property MainPID)"
check "the keeper killed: the service begins again" until_true 30 is_running one
same "with one server, not two" 1 "$(root pgrep -c -u mcpm mcp_everything)"
expect "it is stopped" 0 root systemctl stop mcpmd.service mcpmd.socket
same "nothing of it is left" "" "$(root pgrep -u mcpm -f /mcpm/)"
expect "the service is enabled" 0 root systemctl enable mcpmd.service
booted_off "$machine"
booted_up "$machine" || exit 1
check "after a boot it runs" until_true 30 is_running one
finish
