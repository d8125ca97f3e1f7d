#!/usr/bin/env bash
# The official Go SDK in each era, over HTTP and over `mcpm connect`.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/clients.sh"

only_in_all "the SDK is compiled for most of a minute"
command -v go >/dev/null || no_client "there is no go here (Debian 12's is 1.19, and the SDK wants 1.25)"
built_client go env GOTOOLCHAIN=local GOFLAGS=-mod=readonly go build -o client .
clients_begin
client go - "legacy modern auto" "$built/client"
client_checks
expect "all stop" 0 mcpm stop --all
