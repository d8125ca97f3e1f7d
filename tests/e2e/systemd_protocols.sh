#!/usr/bin/env bash
# What systemd and the agent say to each other: a listening socket is passed (sd_listen_fds), readiness and the end are
# told (sd_notify). tests/support/activate.py stands in for systemd.
. "$(dirname "$0")/../support/sandbox.sh"

mkdir -p "$XDG_RUNTIME_DIR/mcpm" && chmod 700 "$XDG_RUNTIME_DIR/mcpm"
socket=$XDG_RUNTIME_DIR/mcpm/agent.sock
python3 "$MCPM_SOURCE_DIR/tests/support/activate.py" "$socket" "$sandbox/notify" "$sandbox/told" "$MCPM_BUILD_DIR/mcpmd" run \
    >"$sandbox/agent.out" 2>&1 &
harness=$!
until_true 5 test -S "$socket"
expect "a client that comes before the agent is ready is served" 0 mcpm list
check "readiness is told" until_true 10 grep -qx 'READY=1' "$sandbox/told"
same "the socket is the one that was passed" "$(sed -n 's/^inode //p' "$sandbox/told")" "$(stat -c %i "$socket")"
mcpm add one -- "$fixtures/mcp_everything"
expect "a server starts" 0 mcpm start one
one=$(field one pid) keeper=$(keeper_pid)
same "the process that systemd started is the keeper" "$keeper" "$(sed -n 's/^pid //p' "$sandbox/told")"
has_not "no server hears of systemd's protocols" "LISTEN_" "$(tr '\0' '\n' <"/proc/$one/environ")"
has_not "nor of its socket" "NOTIFY_SOCKET" "$(tr '\0' '\n' <"/proc/$one/environ")"
before=$(agent_pid)
kill -KILL "$before"
check "an agent that is killed is followed by another that says it is ready" until_true 10 eval '[ "$(grep -cx READY=1 "$sandbox/told")" -ge 2 ]'
same "on the same socket, with the same server" "$one" "$(field one pid)"
expect "an upgrade keeps the socket" 0 mcpm agent upgrade
same "and the server" "$one" "$(field one pid)"
kill -TERM "$keeper"
wait $harness
same "it ends well when systemd says so" 0 $?
check "the end is told" grep -qx 'STOPPING=1' "$sandbox/told"
same "nothing of it is left" "" "$(servers_alive)"
check "the socket of systemd is left to systemd" test -S "$socket"

rm -f "$socket"
expect "what is not a listening socket is refused" 78 bash -c 'exec env LISTEN_PID=$$ LISTEN_FDS=1 "$0" run 3<"$0"' "$MCPM_BUILD_DIR/mcpmd"
has "and said" "not a listening socket" "$err"
expect "sockets meant for another process are not taken" 0 env LISTEN_PID=1 LISTEN_FDS=1 mcpm agent start
expect "and the agent has its own" 0 mcpm agent status
