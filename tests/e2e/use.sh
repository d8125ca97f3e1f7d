#!/usr/bin/env bash
# Tools, prompts and resources through the agent's session, in both protocol eras.
. "$(dirname "$0")/../support/sandbox.sh"

everything=$fixtures/mcp_everything
said() { local what=$1 wanted=$2; shift 2; expect "$what" 0 "$@"; same "$what: the answer" "$wanted" "$out"; }

for era in legacy modern strict both; do
    note "era $era"
    expect "$era: starts" 0 mcpm add "$era" --start -- "$everything" --era "$era" --page 3
    expect "$era: tools over pages" 0 mcpm tools list "$era" -q
    same "$era: all of them" 59 "$(printf '%s\n' "$out" | grep -c .)"
    said "$era: a string" "a=b c" mcpm call "$era" echo message='a=b c'
    said "$era: numbers" 5 mcpm call "$era" add a=2 b=3
    said "$era: NAME/TOOL" hi mcpm call "$era/echo" message=hi
    said "$era: a string that looks like a number" 007 mcpm call "$era" echo message=007
    expect "$era: prompts" 0 mcpm prompts list "$era"
    has "$era: by name" greet "$out"
    expect "$era: a prompt" 0 mcpm prompts get "$era" greet who=Ada
    has "$era: filled in" Ada "$out"
    expect "$era: resources" 0 mcpm resources list "$era"
    has "$era: by URI" test://text "$out"
    said "$era: a resource" "the text of test://text" mcpm resources read "$era" test://text
    expect "$era: templates" 0 mcpm resources templates "$era"
    has "$era: by pattern" 'test://item/{id}' "$out"
    mcpm resources read "$era" test://binary >"$sandbox/binary"
    same "$era: binary as it is" 000102 "$(od -An -tx1 "$sandbox/binary" | tr -d ' \n')"
    expect "$era: the tool's own error" 3 mcpm call "$era" tool_error
    has "$era: on stderr" "it did not work" "$err"
    same "$era: nothing on stdout" "" "$out"
    expect "$era: a JSON-RPC error" 3 mcpm call "$era" rpc_error
    has "$era: with its message" "no such luck" "$err"
    expect "$era: noise on its stdout" 0 mcpm call "$era" noise
    expect "$era: answered twice" 0 mcpm call "$era" twice
    same "$era: counts once" once "$out"
    expect "$era: too slow" 124 mcpm call "$era" silent --timeout 300ms
    said "$era: is not broken by it" ok mcpm call "$era" echo message=ok
    expect "$era: health" 0 mcpm health "$era"
    mcpm stop "$era"
done

mcpm start both
expect "tools inspect" 0 mcpm tools inspect both add
has "shows its arguments" integer "$out"
expect "as JSON" 0 mcpm tools inspect both add -o json
same "is the tool" add "$(printf %s "$out" | json "d['name']")"
expect "an unknown tool" 4 mcpm tools inspect both ecoh
has "gets a suggestion" echo "$err"
said "tools call is the same" x mcpm tools call both echo message=x
said "raw JSON arguments" '"quoted" ü' mcpm call both echo --args '{"message":"\"quoted\" ü"}'
said "from standard input" piped bash -c 'echo "{\"message\":\"piped\"}" | mcpm call both echo -'
said "KEY:=JSON" 4 mcpm call both add a:=1 b:=3
said "a value with the shell's letters" '$(id) `id` *' mcpm call both echo message='$(id) `id` *'
expect "a number that is none" 2 mcpm call both add a=two b=3
has "names the argument" "a" "$err"
has "and where to look" "tools inspect" "$err"
expect "an argument the tool does not know" 0 mcpm call both echo message=x extra=1
expect "arguments that are no JSON" 2 mcpm call both echo --args '{'
expect "arguments that are no object" 2 mcpm call both echo --args '[1]'
expect "no tool" 2 mcpm call both
has "says what to do" "tools list" "$err"
expect "a time that is none" 2 mcpm call both echo --timeout soon
expect "the result as JSON" 0 mcpm call both echo message=x -o json
same "is the MCP result" x "$(printf %s "$out" | json "d['content'][0]['text']")"
expect "exact numbers and strings" 0 mcpm call both exact -o json
has "survive" 9223372036854775807 "$out"
expect "the tool's error as JSON" 3 mcpm call both tool_error -o json
same "is JSON" True "$(printf %s "$out" | json "d['isError']")"
expect "into a file" 0 mcpm call both echo message=filed --output-file "$sandbox/answer"
same "holds the answer" filed "$(cat "$sandbox/answer")"
expect "a megabyte" 0 mcpm call both big bytes=1000000
same "comes whole" 1000000 "$(printf %s "$out" | wc -c)"
expect "a tool that kills its server" 1 mcpm call both crash
expect "it is started again" 0 mcpm wait both --timeout 30s
said "and answers" back mcpm call both echo message=back
expect "no such resource" 3 mcpm resources read both test://nothing
expect "a stopped server" 0 mcpm stop both
expect "has no tools to call" 3 mcpm call both echo message=x
has "and says why" "stopped" "$err"
expect "a stranger" 4 mcpm call btoh echo message=x
has "gets a suggestion" both "$err"
same "nothing is left" "" "$(servers_alive)"
