#!/usr/bin/env bash
# What config.yaml says about connections is what they get.
. "$(dirname "$0")/../support/sandbox.sh"

mkdir -p "$HOME/.config/mcpm"
printf 'http: {idle_timeout: 1s}\n' >"$HOME/.config/mcpm/config.yaml"
expect "the agent takes it" 0 mcpm agent start
# The default is a minute, and connections are looked at about every second.
expect "a connection that says nothing is closed" 0 python3 - "$XDG_RUNTIME_DIR/mcpm/agent.sock" <<'END'
import socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
connection.settimeout(20)
sys.exit(0 if connection.recv(1) == b"" else 1)
END

mcpm agent stop
printf 'calls: {timeout: 300ms}\n' >"$HOME/.config/mcpm/config.yaml"
mcpm add web --start -- "$fixtures/mcp_everything"
# The default is a minute; the tool never answers.
expect "a call without a time of its own has calls.timeout" 124 timeout 30 mcpm call web silent
expect "and one with its own has that" 124 timeout 30 mcpm call web silent --timeout 200ms
has "which is said" "200ms" "$err"
