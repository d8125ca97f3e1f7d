#!/usr/bin/env bash
# The memory of an agent that is not root's is closed to other programs of its user; servers, takeover and stop work all the
# same.
. "$(dirname "$0")/../support/sandbox.sh"
[ "$(id -u)" -eq 0 ] || skip_all "needs root, to run an agent as another user"
command -v setpriv >/dev/null || skip_all "needs setpriv"

chmod 0755 "$sandbox"
mkdir "$sandbox/bin"
cp "$MCPM_BUILD_DIR/mcpm" "$MCPM_BUILD_DIR/mcpmd" "$fixtures/mcp_everything" "$sandbox/bin/"
chown -R 65534:65534 "$HOME" "$XDG_RUNTIME_DIR"
export PATH=$sandbox/bin:$PATH
# Programs alone, so that `run` and `expect` find them by name; quoted for one shell less.
as() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
expect "an agent of another user begins" 0 as mcpm add one -- "$sandbox/bin/mcp_everything"
expect "and starts a server" 0 as mcpm start one
agent=$(as mcpm agent status -o json | json "d['pid']")
server=$(as mcpm show one -o json | json "d['pid']")
for what in environ mem maps; do
    check "its user cannot read $what of the agent" eval "! as head -c 1 /proc/$agent/$what >/dev/null 2>&1"
done
check "nor see its descriptors" eval "! as ls /proc/$agent/fd/ >/dev/null 2>&1"
check "those of a server are its user's" as head -c 1 "/proc/$server/environ" >/dev/null
kill -KILL "$agent"
until_true 10 eval '[ "$(as mcpm show one -o json 2>/dev/null | json "d[\"status\"]")" = running ]'
same "a new agent takes the server over" "$server" "$(as mcpm show one -o json | json "d['pid']")"
agent=$(as mcpm agent status -o json | json "d['pid']")
check "closed as well" eval "! as head -c 1 /proc/$agent/environ >/dev/null 2>&1"
expect "it is called" 0 as mcpm call one echo message=hi
expect "and stopped" 0 as mcpm agent stop
check "with the server" eval "! kill -0 $server 2>/dev/null"
