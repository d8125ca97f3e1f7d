#!/usr/bin/env bash
# The HTTP API as its documents say: every example of docs/api.md is carried out and each answer held against /api/openapi.json; every path is
# tried with what may not come in; with MCPM_TEST_ALL=1 schemathesis tries whatever the document allows.
. "$MCPM_SOURCE_DIR/tests/support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"
unset http_proxy https_proxy all_proxy

export PATH=$fixtures:$PATH
expect "the agent starts" 0 mcpm agent start
port=$(tcp_port)
socket=$XDG_RUNTIME_DIR/mcpm/agent.sock

note "who may come in"
run mcpm token create boss --kind api -q
boss=$out
run mcpm token create editor -q
editor=$out
python3 "$MCPM_SOURCE_DIR/tests/support/api_access.py" 127.0.0.1 "$port" "$boss" "$editor" >"$sandbox/access" 2>&1 || bad "the table comes to its end"
cat "$sandbox/access"
counted "$sandbox/access"

if [ "${MCPM_TEST_ALL:-0}" = 1 ]; then
    note "whatever the document allows"
    need_python schemathesis || skip_all "schemathesis cannot be installed from PyPI"
    expect "a server to try" 0 mcpm add web --start -- mcp_everything
    # Without `follow`, which has no end; with the server that is there as every {id} of one.
    curl -s --unix-socket "$socket" http://mcpm/api/openapi.json | python3 -c '
import json, sys
document = json.load(sys.stdin)
for pattern, methods in document["paths"].items():
    for operation in methods.values():
        operation["parameters"] = [each for each in operation["parameters"] if each["name"] != "follow"]
        for each in operation["parameters"]:
            if pattern.startswith("/api/servers/{id}") and each["name"] == "id":
                each["schema"]["enum"] = ["web"]
document["paths"]["/api/servers/{id}"].pop("delete")
json.dump(document, sys.stdout)' >"$sandbox/openapi.json"
    # Left out: what ends the agent or its sessions, what has no end, MCP itself (it has suites of its own), and what would install packages.
    # It leaves a folder where it runs.
    (cd "$sandbox" && exec timeout 300 "$(dirname "$python")/schemathesis" run "$sandbox/openapi.json" --url "http://127.0.0.1:$port" -H "Authorization: Bearer $boss" \
        --checks not_a_server_error,content_type_conformance,response_schema_conformance,status_code_conformance --phases examples,coverage,fuzzing \
        --max-examples 15 --seed 1 --exclude-path-regex '^/(mcp|sse|ws)|/agent/|/trace|/sessions?$|/dashboard/|/wait|/deploy|/upgrade' \
        >"$sandbox/schemathesis" 2>&1 </dev/null)
    code=$?
    check "schemathesis finds no 500 and no answer that the document does not have" test "$code" -eq 0
    [ "$code" -eq 0 ] || tail -n 60 "$sandbox/schemathesis"
    expect "the agent lives" 0 mcpm agent status
    # By their ids: names were changed, to whatever is allowed.
    for id in $(curl -s --unix-socket "$socket" http://mcpm/api/servers | python3 -c 'import json, sys; print(*[each["id"] for each in json.load(sys.stdin)["data"]])'); do
        curl -s -o /dev/null --unix-socket "$socket" -X DELETE "http://mcpm/api/servers/$id"
    done
else
    echo "   schemathesis runs with MCPM_TEST_ALL=1"
fi

note "every example of docs/api.md"
python3 "$MCPM_SOURCE_DIR/tests/support/api_examples.py" "$socket" "$MCPM_SOURCE_DIR/docs/api.md" >"$sandbox/examples" 2>&1 || bad "the examples come to their end"
cat "$sandbox/examples"
counted "$sandbox/examples"
