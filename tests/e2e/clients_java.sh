#!/usr/bin/env bash
# The official Java SDK, which speaks the handshake era alone, over HTTP and over `mcpm connect`.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/clients.sh"

only_in_all "Maven and its plugins are fetched for most of a minute"
command -v javac >/dev/null && command -v mvn >/dev/null || no_client "there is no JDK or no Maven here (apt-get install openjdk-17-jdk-headless maven)"
built_client java mvn -q -B package
clients_begin
# It gives a call up without a word to the server.
client java "tells cancels" legacy java -cp "$built/target/client.jar:$built/target/with/*" Client
client_checks
expect "all stop" 0 mcpm stop --all
