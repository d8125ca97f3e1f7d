#!/usr/bin/env bash
# Clients that stand on the Python SDKs: LangChain's adapters, mcp-use and FastMCP, over HTTP and over `mcpm connect`.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/clients.sh"

only_in_all "the packages that these clients stand on take minutes to install"
clients_begin
# adapter SET WITHOUT ERAS     the first two stand on the SDK's 1.x, which gives a call up without a word to the server
adapter() {
    need_python "$1" || no_client "$1 cannot be installed from PyPI"
    client "$1" "$2" "$3" "$python" "$programs/with_$1.py"
}
adapter langchain "tells cancels" legacy
adapter mcp_use "tells cancels,progress" legacy
adapter fastmcp - "legacy modern auto"
client_checks
expect "all stop" 0 mcpm stop --all
