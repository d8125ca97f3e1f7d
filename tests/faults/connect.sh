#!/usr/bin/env bash
# The stdio shim when its agent, its client or its messages misbehave: nothing but protocol on stdout, calls in flight
# are failed, the rest goes on. The agent is played by a stand-in, so that it can end at any byte.
. "$(dirname "$0")/../support/sandbox.sh"
export PYTHONDONTWRITEBYTECODE=1
support=$MCPM_SOURCE_DIR/tests/support
fault() { rm -rf "$XDG_RUNTIME_DIR/mcpm"; check "$1" timeout 120 python3 "$support/connect_faults.py" "$2"; }

fault "an agent that goes away fails the calls in flight, and the session goes on" restart
fault "lines of 50 MB pass; cut ones are ended and their calls failed" long_lines
fault "a handshake without its answer is repeated" in_the_handshake
fault "a listen goes on, acknowledged once" listening
fault "a refusal is one line and a fixed status" refused
fault "a reader that is gone ends the shim" reader_gone
fault "sockets for standard input and output" over_sockets
fault "a client that does not read slows the agent down" stuck_client
rm -rf "$XDG_RUNTIME_DIR/mcpm"

# no agent, and none that could be started
mkdir "$sandbox/alone" && cp "$MCPM_BUILD_DIR/mcpm" "$sandbox/alone/"
run env PATH=/usr/bin:/bin "$sandbox/alone/mcpm" connect fs
same "without an agent and its program: exit 5" 5 "$status"
same "nothing on stdout" "" "$out"
has "and says so" "the agent is not running" "$err"
printf '#!/bin/sh\necho broken >&2\nexit 3\n' >"$sandbox/alone/mcpmd" && chmod +x "$sandbox/alone/mcpmd"
run env PATH=/usr/bin:/bin "$sandbox/alone/mcpm" connect fs
same "an agent that dies at once: exit 5" 5 "$status"
same "nothing on stdout either" "" "$out"
has "with its last words" "broken" "$err"
run mcpm connect a --profile b
same "a server and a profile at once: wrong usage" 2 "$status"
