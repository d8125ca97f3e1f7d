#!/usr/bin/env bash
# The official Rust SDK in each era, over HTTP and over `mcpm connect`.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/clients.sh"

only_in_all "the SDK and what it stands on are compiled for minutes"
command -v cargo >/dev/null || no_client "there is no cargo here (Debian 12's is 1.63, and the SDK wants 1.88)"
built_client rust cargo build --quiet --locked
clients_begin
client rust - "legacy modern auto" "$built/target/debug/client"
client_checks
expect "all stop" 0 mcpm stop --all
