#!/usr/bin/env bash
# One cause after the other is brought about; `why` names it by its code, and the code has its chapter in docs/errors.md.
. "$(dirname "$0")/../support/sandbox.sh"

script() { printf '#!/bin/sh\n%s\n' "$2" >"$sandbox/$1"; chmod +x "$sandbox/$1"; }
# cause CODE NAME [add options…] -- COMMAND…   defines it, starts it, asks why until the code is there
cause() {
    local code=$1 name=$2
    shift 2
    mcpm add "$name" "$@" >/dev/null || bad "$code: $name cannot be defined"
    mcpm start "$name" >/dev/null 2>&1
    because "$code" "$name"
}
because() {
    local code=$1 name=$2
    if until_true 30 eval 'mcpm why "'"$name"'" 2>/dev/null | found "'"$code"'"'; then
        ok "$code: $name"
    else
        bad "$code: $name"
        mcpm why "$name"
    fi
    check "$code has its chapter" grep -q "^## $code:" "$MCPM_SOURCE_DIR/docs/errors.md"
    has "$code comes with advice" "Advice" "$(mcpm why "$name")"
}

everything=$fixtures/mcp_everything
export DOCKER_HOST=unix://$sandbox/no-engine.sock # whatever engine this machine has
printf 'text' >"$sandbox/plain"
printf '\177ELF\002\001\001of another machine' >"$sandbox/foreign"; chmod +x "$sandbox/foreign"
script port 'echo "Error: listen EADDRINUSE: address already in use :::3000" >&2; exit 1'
script module "echo \"Error: Cannot find module 'left-pad'\" >&2; exit 1"
script key 'echo "the environment variable BRAVE_API_KEY is required" >&2; exit 1'

cause MCPM-E101 missing -- /no/such/program
cause MCPM-E102 plain -- "$sandbox/plain"
cause MCPM-E103 foreign -- "$sandbox/foreign"
cause MCPM-E104 folder --cwd /no/such/folder -- /bin/true
cause MCPM-E106 secret --secret KEY=nobody-has-it -- "$everything"
cause MCPM-E501 image --image alpine
cause MCPM-E201 early --restart never -- "$fixtures/exiter" 7
cause MCPM-E209 echo --restart never -- /bin/cat
has "a program that repeats its input is named" "repeats what it reads" "$(mcpm why echo)"
script spread 'read line; printf "{\n  \"jsonrpc\": \"2.0\",\n  \"id\": 1\n}\n"; read line; sleep 60'
cause MCPM-E209 spread --restart never -- "$sandbox/spread"
has "JSON over several lines is named" "several lines" "$(mcpm why spread)"
script lsp 'printf "Content-Length: 5\r\n\r\nhello"; sleep 60'
cause MCPM-E209 lsp --restart never -- "$sandbox/lsp"
has "headers are named" "Content-Length" "$(mcpm why lsp)"
script chat 'echo "listening on 3000"; sleep 60'
cause MCPM-E209 chat --start-timeout 1s --restart never -- "$sandbox/chat"
has "text on stdout is named" "listening on 3000" "$(mcpm why chat)"
script file 'echo "Error: Cannot find module '"'/x/server.js'"'" >&2; echo "  code: '"'MODULE_NOT_FOUND'"'," >&2; exit 1'
cause MCPM-E212 file --restart never -- "$sandbox/file"
has "the file is named" "/x/server.js" "$(mcpm why file)"
script fetch 'echo "npm error 404 Not Found - GET https://registry.npmjs.org/nope - Not found" >&2; exit 1'
cause MCPM-E213 fetch --restart never -- "$sandbox/fetch"
script arguments 'echo "error: unrecognized arguments: --prot" >&2; exit 2'
cause MCPM-E214 arguments --restart never -- "$sandbox/arguments"
script lastwords 'echo "said on stdout before the end"; exit 3'
for round in 1 2 3 4 5; do
    expect "round $round: a server that ends at once" 1 mcpm add "last$round" --restart never --start -- "$sandbox/lastwords"
    has "its exit code is said" "exited with code 3 before it answered" "$err"
    has "what it printed on stdout is not lost" "said on stdout before the end" "$err"
done
cause MCPM-E202 killed --transport none --restart never -- "$fixtures/exiter" -9 200
cause MCPM-E204 loop --transport none -- "$fixtures/exiter" 3 50
cause MCPM-E205 slow --start-timeout 1s --restart never -- "$fixtures/late" 60000
cause MCPM-E206 key --restart never -- "$sandbox/key"
cause MCPM-E207 port --restart never -- "$sandbox/port"
cause MCPM-E208 module --restart never -- "$sandbox/module"
cause MCPM-E211 failed --transport none --restart never -- "$fixtures/exiter" 4 200
cause MCPM-E301 dependent --depends-on missing -- "$everything"
cause MCPM-E303 done --transport none -- "$fixtures/exiter" 0 200
mcpm add off -- "$everything" >/dev/null
mcpm disable off
because MCPM-E302 off

expect "a healthy server" 0 mcpm add fine --start -- "$everything"
expect "why" 0 mcpm why fine
has "says that all is well" "running" "$out"
has_not "and blames nothing" MCPM-E "$out"
expect "a stopped one" 0 mcpm stop fine
expect "why" 0 mcpm why fine
has_not "blames nothing either" MCPM-E "$out"
expect "a stranger" 4 mcpm why fnie
has "gets a suggestion" fine "$err"
expect "as JSON" 0 mcpm why loop -o json
same "with code, cause, advice, runs and last lines" True "$(printf %s "$out" |
    json "all(k in d for k in ('server', 'code', 'cause', 'advice', 'runs', 'lastLines', 'inFlight', 'notes'))")"
expect "the agent is replaced" 0 mcpm agent restart
expect "why survives it" 0 mcpm why early
check "with the same cause, between one more try and the next" until_true 20 eval 'mcpm why early | found MCPM-E201'
