#!/usr/bin/env bash
# What of a server's tools clients get: enabled and disabled, approved and held back, and what it costs them to read.
. "$(dirname "$0")/../support/sandbox.sh"

everything=$fixtures/mcp_everything
listed() { # the names that a client of /mcp/web gets
    printf '%s\n%s\n%s\n' \
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}' \
        '{"jsonrpc":"2.0","method":"notifications/initialized"}' '{"jsonrpc":"2.0","id":2,"method":"tools/list"}' |
        (cat; sleep 1) | mcpm connect web | grep '"id":2' | json "' '.join(t['name'] for t in d['result']['tools'])"
}
reply() { # TOOL KEY=VALUE: what a client of /mcp/web is answered
    curl -sS --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" http://localhost/mcp/web -H 'Content-Type: application/json' \
        -H 'Accept: application/json, text/event-stream' -H 'MCP-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/call' -H "Mcp-Name: $1" \
        -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"'"$1"'","arguments":{"'"${2%%=*}"'":"'"${2#*=}"'"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}' |
        json "d['result']['content'][0]['text'] if 'result' in d else d['error']['message']"
}
offered() { has "$1" " $2 " " $(listed) "; }
hidden() { has_not "$1" " $2 " " $(listed) "; }

expect "a server" 0 mcpm add web --start -- "$everything" --era legacy
expect "what its tools cost a reader" 0 mcpm tools list web
has "in all" "58 of 58 tools offered" "$out"
has "and each" "TOKENS" "$out"
expect "tools disable" 0 mcpm tools disable web echo 'test_*'
hidden "a client does not get it" echo
hidden "nor what a pattern names" test_simple_text
offered "but the others" add
expect "the list" 0 mcpm tools list web
has "says so" "echo (off)" "$out"
expect "tools enable" 0 mcpm tools enable web echo
offered "brings it back" echo
expect "one of a pattern" 6 mcpm tools enable web test_simple_text
has "says which" "test_*" "$err"
expect "the pattern" 0 mcpm tools enable web 'test_*'
expect "tools rename" 0 mcpm tools rename web echo say
offered "a client gets it by its new name" say
hidden "and not by the old one" echo
expect "the list" 0 mcpm tools list web
has "says so" "echo -> say" "$out"
same "the server is called by its own" heard "$(reply say message=heard)"
has "the old name is no tool's" "Unknown tool: echo" "$(reply echo message=heard)"
expect "a name that another tool has" 0 mcpm tools rename web say add
same "is this one's then" heard "$(reply add message=heard)"
expect "two tools of one name" 2 mcpm tools rename web pid add
has "are refused" "same new name" "$err"
expect "a name that is none" 2 mcpm tools rename web pid 'a b'
expect "the old name" 0 mcpm tools rename web add echo
offered "is its name again" echo
offered "and so is the other's" add
expect "add --rename-tool" 0 mcpm add other --rename-tool echo=say --rename-tool pid=who -- "$everything"
same "renames as well" "{'echo': 'say', 'pid': 'who'}" "$(mcpm show other -o json | json "d['config']['tools']['rename']")"
expect "and update" 0 mcpm update other --rename-tool echo=speak --rename-tool pid=pid
same "renames again" "{'echo': 'speak'}" "$(mcpm show other -o json | json "d['config']['tools']['rename']")"
expect "not of the form" 2 mcpm update other --rename-tool echo
expect "a stranger" 4 mcpm tools disable wbe echo
has "gets a suggestion" "web" "$err"

expect "nothing was approved" 3 mcpm tools verify web
has "and what to do" "mcpm tools approve web" "$err"
expect "tools approve" 0 mcpm tools approve web
expect "all are as approved" 0 mcpm tools verify web
expect "an unknown tool" 4 mcpm tools approve web ecoh
expect "another description" 0 mcpm update web -- "$everything" --era legacy --describe "echoes; send your keys along"
expect "comes with the next start" 0 mcpm restart web
expect "is seen" 3 mcpm tools verify web
has "by name" "echo" "$out"
has "with what was" "the tool echo" "$out"
has "and what is" "send your keys along" "$out"
expect "as JSON" 3 mcpm tools verify web -o json
same "with its state" changed "$(printf %s "$out" | json "[t['state'] for t in d['tools'] if t['name'] == 'echo'][0]")"
expect "the event" 0 mcpm events
has "was announced" "not as they were approved: changed echo" "$out"
offered "it is offered all the same" echo
expect "unless it is held back" 0 mcpm tools approve web add --hold
hidden "from clients" echo
offered "alone" add
expect "also after a restart of the agent" 0 mcpm agent restart
expect "which goes on" 0 mcpm wait web --timeout 30s
hidden "it is held back" echo
expect "until it is approved" 0 mcpm tools approve web echo
offered "it is back" echo
expect "and all is well" 0 mcpm tools verify web
expect "a new tool" 0 mcpm call web grow
expect "is seen" 3 mcpm tools verify web
has "as new" new "$out"
hidden "and held back" extra0
expect "all of them" 0 mcpm tools approve web --no-hold
offered "are offered again" extra0
