#!/usr/bin/env bash
# Real clients through the gateway: the official TypeScript SDK and the MCP Inspector, in each era, on our fixture and on
# fifteen real servers at once, alone and as one; two clients at a time.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"
. "$MCPM_SOURCE_DIR/tests/support/real_packages.sh"

need_node22 && need_npm inspector @modelcontextprotocol/inspector@2.12.0 || no_registry "the Inspector cannot be installed"
inspector=$npm_folder/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js
need_npm sdk @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0 || no_registry "the SDK cannot be installed"
sdk_folder=$npm_folder

# sdk NAME SDK ERA PATH <STEPS     the answers, one a line, in $sandbox/sdk.NAME
sdk() {
    timeout 300 "$node22/node" "$MCPM_SOURCE_DIR/tests/support/sdk_client.cjs" "$sdk_folder" "$2" "$3" "$base$4" >"$sandbox/sdk.$1" 2>"$sandbox/sdk.$1.err"
}
answer() { sed -n "$(($2 + 1))p" "$sandbox/sdk.$1"; } # NAME NUMBER: of a step, from 1
inspect() { # ERA PATH WORD…
    local era=$1 path=$2
    shift 2
    run env PATH="$node22:$PATH" timeout 60 node "$inspector" --cli "$base$path" --transport http --protocol-era "$era" "$@"
}
# The arguments of a call as JSON: of --args JSON, or of KEY=VALUE…
as_json() {
    python3 -c 'import json, sys
words = sys.argv[1:]
print(words[1] if words[:1] == ["--args"] else json.dumps(dict(word.split("=", 1) for word in words)))' "$@"
}

export MCPM_HTTP_AUTH=none
expect "the agent starts" 0 mcpm agent start
base=http://127.0.0.1:$(tcp_port)
for era in legacy modern both; do expect "our fixture: $era" 0 mcpm add "$era" --start -- "$fixtures/mcp_everything" --era "$era"; done

steps='{"list":"tools"}
{"call":"echo","arguments":{"message":"hello there"}}
{"call":"test_tool_with_progress","progress":true}
{"call":"test_elicitation"}
{"call":"test_sampling"}
{"call":"grow","listen":{"toolsListChanged":true}}
{"read":"test://item/7"}
{"prompt":"greet","arguments":{"who":"Ada"}}'
for server in legacy modern both; do
    for client in "1 legacy" "2 legacy" "2 modern" "2 auto"; do
        read -r version era <<<"$client"
        name=$server.$version.$era
        note "SDK $version, era $era, on a server of $server"
        sdk "$name" "$version" "$era" "/mcp/$server" <<<"$steps"
        has "connects" '"name":"everything"' "$(answer "$name" 0)"
        has "lists" '"echo"' "$(answer "$name" 1)"
        has "calls" '"hello there"' "$(answer "$name" 2)"
        has "hears progress" '[0,50,100]' "$(answer "$name" 3)"
        # Where the eras differ, the call waits at the server until the client comes back with its answer.
        has "is asked" from-sdk "$(answer "$name" 4)"
        has "also for a sample" from-model "$(answer "$name" 5)"
        has "hears that the tools changed" '"heard":["tools"' "$(answer "$name" 6)"
        has "reads" "the text of test://item/7" "$(answer "$name" 7)"
        has "gets a prompt" '"Ada"' "$(answer "$name" 8)"
    done
    for era in legacy modern auto; do
        inspect "$era" "/mcp/$server" --method tools/list
        has "the Inspector, era $era, on a server of $server lists" '"echo"' "$out$err"
        inspect "$era" "/mcp/$server" --method tools/call --tool-name echo --tool-arg message=hello
        has "calls" '"text": "hello"' "$out$err"
        inspect "$era" "/mcp/$server" --method resources/read --uri test://text
        has "reads" "the text of test://text" "$out$err"
        inspect "$era" "/mcp/$server" --method prompts/get --prompt-name greet --prompt-args who=Ada
        has "gets a prompt" '"Ada"' "$out$err"
    done
done

# Two clients ask the same, so what is asked must not change the answer.
call_for_two() {
    call_of "$1"
    [ "$1" = memory ] && expected=relations && arguments=(read_graph)
    return 0
}

note "fifteen real servers"
mcpm remove --force legacy modern both >/dev/null 2>&1
install_all
printf '{"list":"tools"}\n' >"$sandbox/steps"
lines=(list)
for server in "${servers[@]}"; do
    read -r name package _ <<<"$server"
    if [ "$(cat "$sandbox/added.$name")" != 0 ]; then bad "$name is installed: $(tail -n 3 "$sandbox/add.$name")"; continue; fi
    expect "$name starts" 0 mcpm start "$name"
    call_for_two "$name"
    json=$(as_json "${arguments[@]:1}")
    printf '{"call":"%s__%s","arguments":%s}\n' "$name" "${arguments[0]}" "$json" >>"$sandbox/steps"
    printf '{"list":"tools"}\n{"call":"%s","arguments":%s}\n' "${arguments[0]}" "$json" >"$sandbox/steps.$name"
    lines+=("$name")
done
for name in "${lines[@]:1}"; do
    sdk "$name.1" 1 legacy "/mcp/$name" <"$sandbox/steps.$name" &
    first=$!
    sdk "$name.2" 2 auto "/mcp/$name" <"$sandbox/steps.$name" &
    wait $first $!
    call_for_two "$name"
    for client in 1 2; do
        has "$name alone, client $client lists" "\"${arguments[0]}\"" "$(answer "$name.$client" 1)"
        has "and calls" "${expected:-\"}" "$(answer "$name.$client" 2)"
    done
done

note "as one"
sdk all.1 1 legacy /mcp <"$sandbox/steps" &
first=$!
sdk all.2 2 modern /mcp <"$sandbox/steps" &
wait $first $!
for client in 1 2; do
    at=1
    tools=$(answer all.$client 1)
    check "client $client sees 150 tools and more" test "$(printf %s "$tools" | json 'len(d["ok"])')" -ge 150
    for name in "${lines[@]:1}"; do
        at=$((at + 1))
        call_for_two "$name"
        has "client $client: ${name}__${arguments[0]} is listed" "\"${name}__${arguments[0]}\"" "$tools"
        has "and answers" "${expected:-\"}" "$(answer all.$client $at)"
    done
done
for era in legacy modern; do
    inspect "$era" /mcp --method tools/call --tool-name calc__base --tool-arg value=ff from=16 to=2 input=ff fromBase=16 toBase=2
    has "the Inspector, era $era, calls one of them" 11111111 "$out$err"
done
expect "all stop" 0 mcpm stop --all
same "nothing is left" "" "$(servers_alive; package_processes)"
