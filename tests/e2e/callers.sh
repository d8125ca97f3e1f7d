#!/usr/bin/env bash
# Who asks on the agent's socket: a server and what it forks are refused unless its definition allows it, a person is not;
# events say by which program and pid something was done.
. "$(dirname "$0")/../support/sandbox.sh"

# A server that runs what is put into a file, as an agent with a shell does.
cat >"$sandbox/shell" <<END
#!/bin/sh
while :; do
    if [ -f "$sandbox/ask" ]; then sh "$sandbox/ask" >"$sandbox/told.new" 2>&1; echo "status \$?" >>"$sandbox/told.new"
        rm -f "$sandbox/ask"; mv "$sandbox/told.new" "$sandbox/told"; fi
    sleep 0.1
done
END
chmod +x "$sandbox/shell"
# within COMMAND…: the server runs it; $told is what it said
within() {
    rm -f "$sandbox/told"
    printf '%s\n' "$*" >"$sandbox/ask.new"
    mv "$sandbox/ask.new" "$sandbox/ask"
    until_true 20 test -f "$sandbox/told"
    told=$(cat "$sandbox/told" 2>/dev/null)
}
program=$MCPM_BUILD_DIR/mcpm
mcpm add shell --transport none -- "$sandbox/shell" && mcpm start shell

within "$program list"
has "a server may not list" "socket is not for servers" "$told"
has "it is named" 'server "shell"' "$told"
has "and fails" "status 1" "$told"
within "echo x | $program secret set K"
has "nor set a secret" "socket is not for servers" "$told"
has_not "which was not set" K "$(mcpm secret list -q)"
within "$program connect shell </dev/null"
has "nor speak MCP" "socket is not for servers" "$told"
within "setsid env -i HOME=$HOME XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR $program list"
has "nor in another session without its environment" "socket is not for servers" "$told"
within "setsid -f env -i HOME=$HOME XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR $program list >$sandbox/daemon 2>&1; sleep 1"
has "nor as a daemon" "socket is not for servers" "$(cat "$sandbox/daemon")"
within "python3 -c \"import socket; s=socket.socket(socket.AF_UNIX); s.connect('$XDG_RUNTIME_DIR/mcpm/agent.sock'); s.sendall(b'GET /health HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n'); print(s.recv(99))\""
has "whether the agent lives is no secret" "200" "$told"
has "an event says so, and who" "api:refused" "$(mcpm events -o json)"
has "with the pid" "pid " "$(mcpm events -o json | json "[e['actor'] for e in (d if isinstance(d, list) else d['events']) if e['type'] == 'api:refused'][0]")"

expect "a person may" 0 mcpm list
expect "who defines" 0 mcpm add other --transport none -- /bin/sleep 100
actor=$(mcpm events -o json | json "[e['actor'] for e in (d if isinstance(d, list) else d['events']) if e['type'] == 'server:created'][-1]")
has "is known by program and pid" "(mcpm, pid " "$actor"

expect "a definition allows it" 0 mcpm update shell --api allow
within "$program list -q"
has "and then it may, at once" other "$told"
has "show says so" "allowed" "$(mcpm show shell)"
within "setsid -f env -i HOME=$HOME XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR $program list -q >$sandbox/daemon 2>&1; sleep 1"
mcpm update shell --api refuse
within "$program list"
has "and it is taken back at once" "socket is not for servers" "$told"
mcpm agent restart
within "$program list"
has "as it is for an agent that takes over" "socket is not for servers" "$told"
