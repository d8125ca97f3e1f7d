#!/usr/bin/env bash
# A whole set-up in one file, without a secret in it, and on another machine again: servers, profiles with what they tell
# a model, rules of tools, approvals as digests, labels.
. "$(dirname "$0")/../support/sandbox.sh"

everything=$fixtures/mcp_everything
expect "a server" 0 mcpm add web --start -l team=a -e PLAIN=x -e API_TOKEN=very-secret-word -- "$everything" --era legacy
expect "its tools are approved" 0 mcpm tools approve web
expect "and one is edited" 0 mcpm tools edit web add --description "Adds" --default b=2
expect "another, which speaks no MCP" 0 mcpm add job --transport none -- /bin/sleep 1000
printf 'Ask before you change anything.\nBe brief.' >"$sandbox/words"
expect "a profile with instructions" 0 mcpm profile create work -s web -t 'web/add' -d "for work" --instructions "@$sandbox/words"
expect "shows them" 0 mcpm profile show work -o json
has "as they are" "Be brief." "$(printf %s "$out" | json "d['instructions']")"

told() { # what a client of the profile is told
    printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}' |
        mcpm connect --profile work | json "d['result'].get('instructions', '')"
}
has "a client of the profile is told" "Ask before you change anything." "$(told)"

expect "export --all" 0 mcpm export --all
setup=$out
printf '%s\n' "$setup" >"$sandbox/setup.yaml"
has "names its schema in the first line" "# yaml-language-server: \$schema=https://" "$(head -n 1 "$sandbox/setup.yaml")"
has "profiles" "instructions: " "$setup"
has "rules" "edit:" "$setup"
has "approvals, as digests" "sha256:" "$setup"
has "labels" "team: a" "$setup"
has_not "no secret" "very-secret-word" "$setup"
expect "with names" 2 mcpm export --all web
if python3 -c 'import jsonschema' 2>/dev/null; then
    mcpm export --all -o json >"$sandbox/setup.json" 2>/dev/null
    mcpm __schema >"$sandbox/schema.json"
    expect "what is exported is as its schema says" 0 python3 -c 'import json, sys, jsonschema
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' "$sandbox/setup.json" "$sandbox/schema.json"
    printf '{"servers": {"x": {"command": "a", "watc": []}}}' >"$sandbox/wrong.json"
    expect "and a typo is seen by it" 1 python3 -c 'import json, sys, jsonschema
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' "$sandbox/wrong.json" "$sandbox/schema.json"
else
    note "python3 has no jsonschema here: the schema is not tried on an export"
fi
expect "nothing differs" 0 mcpm diff -f "$sandbox/setup.yaml"

expect "profile edit" 0 mcpm profile edit work --instructions "Other words."
has "a client is told the other" "Other words." "$(told)"
expect "differs now" 3 mcpm diff -f "$sandbox/setup.yaml"
has "by the profile" "profile work updated" "$out"
has "and by what of it" "instructions" "$out"
expect "apply --dry-run" 3 mcpm apply -f "$sandbox/setup.yaml" --dry-run
has "the same" "profile work updated (dry run)" "$out"
expect "apply" 0 mcpm apply -f "$sandbox/setup.yaml"
has "a client is told the first again" "Be brief." "$(told)"

note "from nothing"
expect "the profile goes" 0 mcpm profile remove work
expect "the servers go" 0 mcpm remove -f web job
sed 's/API_TOKEN: "\*\*\*"/API_TOKEN: other/' "$sandbox/setup.yaml" >"$sandbox/filled.yaml"
expect "a value that is hidden must be filled in for a new server" 2 mcpm apply -f "$sandbox/setup.yaml"
has "which is said" "API_TOKEN" "$err"
expect "all of it differs" 3 mcpm diff -f "$sandbox/filled.yaml"
has "the approvals too" "approvals of web created" "$out"
expect "apply, and start" 0 mcpm apply -f "$sandbox/filled.yaml" --now
expect "nothing differs" 0 mcpm diff -f "$sandbox/setup.yaml"
expect "the tools are approved" 0 mcpm tools verify web
has "the edit is there" "add is edited" "$out"

note "a tool that is another one is not approved by a digest"
sed 's/\(  *add: .*sha256:\)..../\10000/' "$sandbox/setup.yaml" >"$sandbox/other.yaml"
expect "a conflict" 6 mcpm apply -f "$sandbox/other.yaml"
has "that names the tool" "approve tool 'add'" "$err"
expect "a server that does not run cannot be asked" 0 mcpm stop web
expect "and that is said" 3 mcpm apply -f "$sandbox/other.yaml"
has "with what to do" "start it" "$err"
