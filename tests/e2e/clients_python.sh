#!/usr/bin/env bash
# The official Python SDKs, 1.x and 2.x, through the gateway in each era, over HTTP and over `mcpm connect`.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/clients.sh"

clients_begin
need_python python1 || no_client "the Python SDK 1.x cannot be installed from PyPI"
# It gives a call up without a word to the server, and a request whose connection breaks ends its session (post_writer).
client python1 "tells cancels,broken connections" legacy "$python" "$programs/python1.py"
need_python python2 || no_client "the Python SDK 2.x cannot be installed from PyPI"
# A connection that breaks before its answer begins ends the session here too, in each era: httpx2.ReadError leaves
# _handle_post_request unhandled (2.3.0; the same against a plain server that resets one connection).
client python2 "broken connections" "legacy modern auto" "$python" "$programs/python2.py"
client_checks
expect "all stop" 0 mcpm stop --all
