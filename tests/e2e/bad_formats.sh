#!/usr/bin/env bash
# Files that are wrong, of each format that is read: the message names the place, it is no fault of mcpm, and nothing is defined.
. "$(dirname "$0")/../support/sandbox.sh"
expect "the agent starts" 0 mcpm agent start
printf '\377\376x' >"$sandbox/bytes.json"
cp "$sandbox/bytes.json" "$sandbox/bytes.yaml"
refused() { # WHAT STATUS WORDS COMMAND…
    local what=$1 wanted=$2 words=$3
    shift 3
    expect "$what" "$wanted" "$@"
    has "$what: says the place" "$words" "$out$err"
    has_not "$what: no fault of mcpm" "a fault in mcpm" "$out$err"
}
refused "a server.json that is no text" 2 "bytes.json is not text in UTF-8" mcpm install "$sandbox/bytes.json" --yes
refused "a template that is no text" 2 "bytes.yaml is not text in UTF-8" mcpm template validate "$sandbox/bytes.yaml"
take() { printf '{"mcpServers": {"one": %s}}' "$1" >"$sandbox/one.json"; }
while IFS='|' read -r entry words; do
    take "$entry"
    run mcpm import "$sandbox/one.json" --dry-run
    has "$entry is not taken over" "$words" "$out$err"
done <<'END'
{"args": ["x"]}|neither a command nor a URL
{"command": "x", "args": {"a": 1}}|its args is not a list
{"command": "x", "env": 7}|its env is not a map or a list
{"image": 7}|its image is not a text
END
printf '{"mcpServers": []}' >"$sandbox/one.json"
refused "a list in place of a map" 4 "found in $sandbox/one.json" mcpm import "$sandbox/one.json" --yes
same "nothing is defined" "" "$(mcpm list -q)"
