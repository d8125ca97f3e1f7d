#!/usr/bin/env bash
# A server's traffic, live and as a file for a bug report: complete, redacted, and nobody else's.
. "$(dirname "$0")/../support/sandbox.sh"

check "a server with a secret" mcpm add one -e API_TOKEN=swordfish -- "$fixtures/mcp_everything"
expect "starts" 0 mcpm start one
mcpm trace one >"$sandbox/live" 2>/dev/null & live=$!
mcpm trace one --full -o json >"$sandbox/full" 2>/dev/null & full=$!
mcpm trace one --record "$sandbox/recording" 2>"$sandbox/said" & recorder=$!
# Records are made from the moment the agent knows of a watcher: call until all three have seen one.
seen() { mcpm call one echo message=ping >/dev/null; for file in live full recording; do grep -q 'tools/call' "$sandbox/$file" || return 1; done; }
check "three watch" until_true 10 seen
expect "a call" 0 mcpm call one echo message=hello
expect "a call with the secret in it" 0 mcpm call one echo 'message=it is swordfish'
passed() { grep -q '\*\*\*' "$sandbox/full" && grep -q '\*\*\*' "$sandbox/recording"; }
check "all passes by" until_true 10 passed
kill "$live" "$full" "$recorder"
wait "$live" "$full" "$recorder" 2>/dev/null

has "a request, live" " -> tools/call echo #" "$(cat "$sandbox/live")"
has "its answer, with how long it took" "ms (mcpm) " "$(grep -- '<- tools/call echo' "$sandbox/live" | tail -n 1)"
has_not "no message unless asked" "hello" "$(cat "$sandbox/live")"
has "messages when asked" '"message":"hello"' "$(cat "$sandbox/full")"
has_not "no secret in them" swordfish "$(cat "$sandbox/live" "$sandbox/full" "$sandbox/recording")"
has "what was recorded where" "$sandbox/recording" "$(cat "$sandbox/said")"
has "a recording says what it is" '"mcpmTrace":1' "$(head -n 1 "$sandbox/recording")"
same "and is nobody else's" 600 "$(stat -c %a "$sandbox/recording")"
expect "a server that is not there" 4 mcpm trace two
expect "two wishes at once" 2 mcpm trace one --record a --replay b
printf 'x\n' >"$sandbox/none"
expect "a file that is no recording" 2 mcpm trace one --replay "$sandbox/none"
has "and says which line" "line 1 is not of a recording" "$err"

if grep -q '"/mcp/{server}/stdio"' "$MCPM_SOURCE_DIR/agent/api/routes.cpp"; then
    expect "a replay ends as it was recorded" 0 mcpm trace one --replay "$sandbox/recording"
    has "call by call" "tools/call echo: ok, as recorded" "$out"
    has "but for what was redacted" "something secret was taken out of it" "$out"
    sed 's/"outcome":"ok"/"outcome":"error"/' "$sandbox/recording" >"$sandbox/other"
    expect "a replay that ends otherwise: exit 3" 3 mcpm trace one --replay "$sandbox/other"
    expect "on a server that is not there" 4 mcpm trace two --replay "$sandbox/recording"
fi
