#!/usr/bin/env bash
# AI clients' files: mcpm is put in, bound to a profile, taken out and undone, in the files of every client that is known;
# what must not be changed is not, and every byte comes back.
. "$(dirname "$0")/../support/sandbox.sh"
samples=$MCPM_SOURCE_DIR/tests/fixtures/clients
sum() { sha256sum <"$1" | cut -c1-16; }

expect "the agent starts" 0 mcpm agent start
expect "there is no client at first" 0 mcpm client list -q
mkdir "$sandbox/programs"
printf '#!/bin/sh\n' >"$sandbox/programs/claude" && chmod +x "$sandbox/programs/claude"
has "one that never ran, and has no file yet, is known by its program" claude-code "$(PATH=$sandbox/programs:$PATH mcpm client list -q)"
same "so none is listed" "" "$out"
same "more than thirty are known" yes "$([ "$(mcpm client list --all -q | wc -l)" -ge 30 ] && echo yes)"

# Every client: its sample where its file is, connected, disconnected, connected again, undone.
worst=0
taken=0
for id in $(mcpm client list --all -q); do
    file=$(mcpm client list --all -o json | json "next(c['file'] for c in d if c['name'] == '$id')")
    sample=$(ls "$samples/$id".*)
    mkdir -p "${file%/*}" && cp "$sample" "$file" && chmod 640 "$file"
    was=$(sum "$file")
    mcpm client connect "$id" --yes >"$sandbox/said" 2>&1 || { bad "$id is connected"; cat "$sandbox/said"; worst=1; continue; }
    mcpm client status "$id" >/dev/null || { bad "$id says that it is connected"; worst=1; }
    now=$(sum "$file")
    mcpm client connect "$id" --yes >/dev/null 2>&1
    [ "$now" = "$(sum "$file")" ] || { bad "$id: connecting again changes nothing"; worst=1; }
    [ "$(stat -c %a "$file")" = 640 ] || { bad "$id: the file keeps its mode"; worst=1; }
    mcpm client disconnect "$id" --yes >/dev/null 2>&1
    [ "$was" = "$(sum "$file")" ] || { bad "$id: disconnecting gives every byte back"; diff "$sample" "$file" | head -n 5; worst=1; }
    mcpm client undo "$id" --yes && [ "$now" = "$(sum "$file")" ] || { bad "$id: undoing that connects it again"; worst=1; }
    mcpm client undo "$id" --yes && [ "$was" = "$(sum "$file")" ] || { bad "$id: undoing all gives every byte back"; worst=1; }
    # Its servers are taken over and replaced by ours, as far as it has some that mean anything here; and undone.
    mcpm import "$id" --as-is --replace --yes >"$sandbox/said" 2>&1
    imported=$?
    if [ $imported = 0 ]; then
        taken=$((taken + 1))
        mcpm client status "$id" >/dev/null || { bad "$id: what was imported is replaced by one entry"; worst=1; }
        mcpm import --undo --yes >"$sandbox/said" 2>&1 || { bad "$id: the import is undone"; cat "$sandbox/said"; worst=1; }
        [ "$was" = "$(sum "$file")" ] || { bad "$id: undoing the import gives every byte back"; worst=1; }
    elif [ $imported != 4 ]; then
        bad "$id: its servers are imported (exit $imported)"
        cat "$sandbox/said"
        worst=1
    fi
    [ "$(ls -A "${file%/*}" | grep -c mcpm-)" = 0 ] || { bad "$id: nothing is left beside the file"; worst=1; }
done
same "every client's file is connected, disconnected, imported and undone to the byte" 0 $worst
same "the files of nearly all have servers to import" yes "$([ "$taken" -ge 25 ] && echo yes)"
same "no server of an import is left" "" "$(mcpm list -q)"
same "and no secret" "" "$(mcpm secret list -q)"
has "the list has them all" "30" "$(mcpm client list -q | wc -l | sed 's/3[0-9]/30/')"

# What is shown, and asked.
cursor=$HOME/.cursor/mcp.json
before=$(sum "$cursor")
expect "what would change is shown" 0 mcpm client connect cursor --dry-run
has "as a diff" '+    "mcpm": {' "$out"
has_not "without the secrets of others" planted-cursor "$out"
has "masked" '"GITHUB_PERSONAL_ACCESS_TOKEN": "***"' "$out"
same "and nothing is written" "$before" "$(sum "$cursor")"
expect "nobody can be asked here, so a script says --yes" 2 mcpm client connect cursor
has "what for is said" "change this file? There is no terminal to ask at: nothing was done" "$err"
has "and the option" "--yes does it without asking" "$err"
same "and nothing is written" "$before" "$(sum "$cursor")"
run bash -c 'printf "yes\nnext\n" | script -qec "sh -c \"mcpm client connect cursor; read rest; echo rest=\\\$rest\"" /dev/null'
has "on a terminal it asks, and takes the whole answer" "rest=next" "$out"
expect "so it is connected" 0 mcpm client status cursor
expect "and taken back, by name and --yes" 0 mcpm client undo cursor --yes
same "to the byte" "$before" "$(sum "$cursor")"
printf '{"mcpServers": {"x": {"command": "y",\n "args": ["--api-key",\n "planted-argument"]}}}' >"$sandbox/arguments.json"
expect "a secret in another's arguments" 0 mcpm client connect cursor --file "$sandbox/arguments.json" --dry-run
has_not "is hidden too" planted "$out"
expect "a typo gets a suggestion" 4 mcpm client connect curser
has "the nearest" "did you mean 'cursor'?" "$err"
expect "one that is not connected has its own status" 3 mcpm client status cursor

# The entry does what it says.
expect "a server to reach" 0 mcpm add echo --start -- "$fixtures/mcp_everything"
expect "a profile" 0 mcpm profile create work -s echo -t echo
expect "a client is bound to it" 0 mcpm client connect cursor --profile work --yes
has "as its status says" "profile work" "$(mcpm client status cursor)"
expect "a profile that is not there is refused" 4 mcpm client connect zed --profile nosuch --yes
command=$(json "' '.join([d['mcpServers']['mcpm']['command']] + d['mcpServers']['mcpm']['args'])" < <(sed 's://.*::; s/,\( *\)}/\1}/' "$cursor" | python3 -c 'import re,sys; print(re.sub(r",(\s*[}\]])", r"\1", sys.stdin.read()))'))
has "by an absolute path" "/mcpm connect --profile work" "$command"
printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"story","version":"1"}}}' \
    '{"jsonrpc":"2.0","method":"notifications/initialized"}' '{"jsonrpc":"2.0","id":2,"method":"tools/list"}' >"$sandbox/ask"
# shellcheck disable=SC2086
has "what it starts speaks MCP and has the profile's tools" '"echo__echo"' "$($command <"$sandbox/ask")"
expect "another name moves the entry" 0 mcpm client connect cursor --as servers --yes
same "and the old one is gone" 1 "$(grep -c '"connect"' "$cursor")"
expect "back" 0 mcpm client disconnect cursor --yes
same "to the byte" "$before" "$(sum "$cursor")"

# By URL, with a token of its own.
codex=$HOME/.codex/config.toml
before=$(sum "$codex")
expect "a client comes by HTTP" 0 mcpm client connect codex --http --yes
token=$(sed -n 's/.*Bearer \([^"]*\)".*/\1/p' "$codex")
url=$(sed -n 's/^url = "\(http:\/\/127.*\)"/\1/p' "$codex")
same "with a token that is let in" 200 "$(curl -s -o /dev/null -w '%{http_code}' -m 10 -X POST "$url" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' -d @<(head -n 1 "$sandbox/ask"))"
has "that is named after it" codex "$(mcpm token list -q)"
now=$(sum "$codex")
expect "again" 0 mcpm client connect codex --http --yes
same "the token stays" "$now" "$(sum "$codex")"
expect "its diff" 0 mcpm client disconnect codex --dry-run
has_not "hides the token" "$token" "$out$err"
expect "disconnecting" 0 mcpm client disconnect codex --yes
same "gives the bytes back" "$before" "$(sum "$codex")"
has_not "and ends the token" codex "$(mcpm token list -q)"
expect "a client that takes no URL says so" 2 mcpm client connect claude-desktop --http --yes
expect "a project's file gets no token" 2 mcpm client connect claude-code --project --http --yes

# What must not be changed is not.
check_refused() { # WHAT STATUS WORDS COMMAND…
    local what=$1 wanted=$2 words=$3 sum_before
    shift 3
    sum_before=$(sum "$cursor")
    expect "$what" "$wanted" "$@"
    has "$what: it is said why" "$words" "$err"
    same "$what: nothing was written" "$sum_before" "$(sum "$cursor")"
}
printf '{"mcpServers": {"mcpm": {"command": "other"}}}' >"$cursor"
check_refused "an entry of that name that is not ours" 6 "--as NAME" mcpm client connect cursor --yes
printf '{"mcpServers": []}' >"$cursor"
check_refused "a wrong type" 6 "mcpServers is not a map" mcpm client connect cursor --yes
printf '{"a": 1,\n "a": 2}' >"$cursor"
check_refused "a key that is there twice" 2 'mcp.json:2:2: the key "a" is there twice' mcpm client connect cursor --yes
printf '{"a": \n' >"$cursor"
check_refused "a torn file" 2 "mcp.json:2:1: expected a value" mcpm client connect cursor --yes
printf 'PK\003\004\000\000' >"$cursor"
check_refused "a file of another kind" 2 "mcp.json:1:1" mcpm client connect cursor --yes
printf '{}' >"$cursor" && chmod 400 "$cursor"
check_refused "a read-only file" 1 "read-only" mcpm client connect cursor --yes
rm -f "$cursor" && mkdir "$cursor"
expect "a folder in its place" 6 mcpm client connect cursor --yes
rmdir "$cursor" && ln -s nowhere "$cursor"
expect "a link that leads nowhere" 6 mcpm client connect cursor --yes
rm "$cursor"
expect "a folder that cannot be written" 1 mcpm client connect cursor --file /proc/mcp.json --yes
python3 -c 'print("{\"x\": [" + ",".join(["{\"display\": \"what was typed\", \"n\": 1}"] * 280000) + "]}")' >"$cursor"
before=$(sum "$cursor")
expect "a file of ten megabytes" 0 mcpm client connect cursor --yes
expect "is undone" 0 mcpm client undo cursor --yes
same "to the byte" "$before" "$(sum "$cursor")"

# A link stays, a new file is made and goes again, and who writes meanwhile is not overwritten.
mkdir "$HOME/dotfiles" && printf '{}\n' >"$HOME/dotfiles/cursor.json" && rm "$cursor" && ln -s ../dotfiles/cursor.json "$cursor"
expect "a file that is kept elsewhere" 0 mcpm client connect cursor --yes
check "keeps its link" test -L "$cursor"
check "and has the entry" grep -q connect "$HOME/dotfiles/cursor.json"
printf '{"mcpServers": {}}' >"$HOME/dotfiles/cursor.json"
expect "undo of what was changed since is refused" 6 mcpm client undo cursor --yes
has "with what to do" "client disconnect" "$err"
same "and the change stays" '{"mcpServers": {}}' "$(cat "$cursor")"
rm -rf "$HOME/.factory"
expect "a file that is not there" 0 mcpm client connect droid --yes
same "is made for its owner alone" 600 "$(stat -c %a "$HOME/.factory/mcp.json")"
expect "and undone" 0 mcpm client undo droid --yes
check "it is gone" test ! -e "$HOME/.factory/mcp.json"
expect "nothing is left to undo" 4 mcpm client undo droid --yes
check "what was before is kept for this user alone" test "$(stat -c %a "$state/clients")" = 700
