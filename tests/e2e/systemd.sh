#!/usr/bin/env bash
# The units are valid where they can be asked, and the agent does what they say of it: it takes over the socket it was
# started for, says when it is ready, says so again when it was replaced, and ends with 0 when it is asked to.
. "$(dirname "$0")/../support/sandbox.sh"

if command -v systemd-analyze >/dev/null; then
    for kind in user system; do
        mkdir -p "$sandbox/units/$kind"
        sed "s#@MCPM_BIN@#$MCPM_BUILD_DIR#" "$MCPM_SOURCE_DIR/packaging/systemd/$kind/mcpmd.service.in" >"$sandbox/units/$kind/mcpmd.service"
        cp "$MCPM_SOURCE_DIR/packaging/systemd/$kind/mcpmd.socket" "$sandbox/units/$kind/"
        option=--system
        [ "$kind" = user ] && option=--user
        expect "the units of the $kind are valid" 0 systemd-analyze "$option" --man=no verify "$sandbox/units/$kind/mcpmd.service" "$sandbox/units/$kind/mcpmd.socket"
        same "without a warning" "" "$(grep mcpmd <<<"$out$err")"
    done
else
    note "systemd-analyze is not installed; the units are not read"
fi

# tests/support/activate.py does what systemd does: it passes a listening socket (sd_listen_fds) and hears readiness and
# the end (sd_notify).
socket=$XDG_RUNTIME_DIR/mcpm/agent.sock told=$sandbox/told
mkdir -p "$XDG_RUNTIME_DIR/mcpm" && chmod 700 "$XDG_RUNTIME_DIR/mcpm"
times() { grep -cxF "$1" "$told"; }
python3 "$MCPM_SOURCE_DIR/tests/support/activate.py" "$socket" "$sandbox/notify" "$told" "$MCPM_BUILD_DIR/mcpmd" run >"$sandbox/agent.out" 2>&1 &
harness=$!
until_true 5 test -S "$socket"
expect "a client that comes before the agent is ready is served" 0 mcpm list
check "readiness is told" until_true 20 grep -qxF READY=1 "$told"
same "on the socket that was passed" "$(sed -n 's/^inode //p' "$told")" "$(stat -c %i "$socket")"
keeper=$(keeper_pid)
same "the process that was started is the keeper" "$(sed -n 's/^pid //p' "$told")" "$keeper"
expect "a server is added" 0 mcpm add one -- "$fixtures/mcp_everything"
expect "and starts" 0 mcpm start one
one=$(field one pid)
has_not "it knows nothing of the socket nor of who is to be told" NOTIFY_SOCKET "$(tr '\0' '\n' <"/proc/$one/environ")"
has_not "nor of descriptors" LISTEN_ "$(tr '\0' '\n' <"/proc/$one/environ")"
expect "the agent is replaced" 0 mcpm agent restart
check "and the next one says that it is ready" until_true 20 eval '[ "$(times READY=1)" -eq 2 ]'
kill -KILL "$(agent_pid)"
check "so does the one after an agent that was killed" until_true 20 eval '[ "$(times READY=1)" -eq 3 ]'
expect "an upgrade keeps the socket" 0 mcpm agent upgrade
same "and the server" "$one" "$(field one pid)"
same "the socket is the same all the time" "$(sed -n 's/^inode //p' "$told")" "$(stat -c %i "$socket")"
kill -TERM "$keeper"
wait $harness
same "asked by SIGTERM it ends with 0" 0 $?
check "after it said that it stops" grep -qxF STOPPING=1 "$told"
same "with its servers" "" "$(servers_alive)"
check "and leaves systemd's socket where it was" test -S "$socket"

rm -f "$socket"
expect "what is not a listening socket is refused" 78 bash -c 'exec env LISTEN_PID=$$ LISTEN_FDS=1 "$0" run 3<"$0"' "$MCPM_BUILD_DIR/mcpmd"
has "and said" "not a listening socket" "$err"
expect "sockets meant for another process are not taken" 0 env LISTEN_PID=1 LISTEN_FDS=1 mcpm agent start
expect "and the agent has its own" 0 mcpm agent status
