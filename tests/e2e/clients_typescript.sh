#!/usr/bin/env bash
# The official TypeScript SDKs, 1.x and 2.x, through the gateway in each era, over HTTP and over `mcpm connect`.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/clients.sh"

need_node22 && need_npm sdk @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0 ||
    no_client "the TypeScript SDK cannot be installed from npm"
clients_begin
client typescript1 - legacy "$node22/node" "$programs/typescript.cjs" "$npm_folder" 1
sse_client typescript1 - "$node22/node" "$programs/typescript.cjs" "$npm_folder" 1
client typescript2 - "legacy modern auto" "$node22/node" "$programs/typescript.cjs" "$npm_folder" 2
client_checks
expect "all stop" 0 mcpm stop --all
