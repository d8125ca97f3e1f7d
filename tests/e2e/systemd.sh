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

# What systemd does with the socket and the service, in a few lines.
cat >"$sandbox/activate.py" <<'END'
import os, socket, sys
folder, program, said = sys.argv[1:]
os.makedirs(folder, mode=0o700, exist_ok=True)
listener = socket.socket(socket.AF_UNIX)
listener.bind(folder + "/agent.sock")
listener.listen(64)
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind(folder + "/notify")
pid = os.fork()
if pid == 0:
    os.dup2(os.dup(listener.fileno()), 3)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", NOTIFY_SOCKET=folder + "/notify")
    os.execv(program, ["mcpmd", "run"])
listener.close()
print(pid, flush=True)
notify.settimeout(0.1)
with open(said, "a", buffering=1) as out:
    while True:
        try:
            out.write(notify.recv(4096).decode() + "\n")
        except TimeoutError:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                out.write(f"ended {os.waitstatus_to_exitcode(status)}\n")
                break
END
said=$sandbox/said
: >"$said"
times() { grep -cxF "$1" "$said"; }
python3 "$sandbox/activate.py" "$XDG_RUNTIME_DIR/mcpm" "$MCPM_BUILD_DIR/mcpmd" "$said" >"$sandbox/pid" 2>"$sandbox/activate.err" &
check "it says that it is ready" until_true 20 grep -qxF READY=1 "$said"
keeper=$(cat "$sandbox/pid")
same "the keeper is the main process" "$keeper" "$(keeper_pid)"
inode=$(stat -c %i "$XDG_RUNTIME_DIR/mcpm/agent.sock")
expect "it answers on the socket that was there" 0 mcpm add one -- "$fixtures/mcp_everything"
expect "a server starts" 0 mcpm start one
pid=$(field one pid)
has_not "and knows nothing of the socket nor of who is to be told" NOTIFY_SOCKET "$(tr '\0' '\n' <"/proc/$pid/environ")"
has_not "nor of descriptors" LISTEN_ "$(tr '\0' '\n' <"/proc/$pid/environ")"
expect "the agent is replaced" 0 mcpm agent restart
check "and says again that it is ready" until_true 20 eval '[ "$(times READY=1)" -eq 2 ]'
same "the socket is the same" "$inode" "$(stat -c %i "$XDG_RUNTIME_DIR/mcpm/agent.sock")"
same "and so is the server" "$pid" "$(field one pid)"
kill -TERM "$keeper"
check "asked by SIGTERM it ends with 0" until_true 30 grep -qxF "ended 0" "$said"
check "after it said that it stops" grep -qxF STOPPING=1 "$said"
same "with its servers" "" "$(servers_alive)"
check "and leaves systemd's socket where it was" test -S "$XDG_RUNTIME_DIR/mcpm/agent.sock"
