#!/usr/bin/env bash
# The name of a field of the API is written once, in common/fields/: who answers writes by it, and the command line reads by it. Here
# every literal is looked for that stands where such a name belongs, after a proof that the forms are found.
set -uo pipefail
cd "$(dirname "$0")/.."
name='"[a-z][A-Za-z0-9]*"'
# A key that is written: json["x"] = …, and {"x", …}; the tables of words and of query parameters are none.
written="\\[$name\\]|\\{$name, "
no_key='std::array|Topic::|Kind::|request\.query|accepts_encoding|types_met|push_back\(\{"rename"'
# A key that is read.
read_by="(text|member|integer|number|is_true)\\([^;\"]*, $name\\)|\\[$name\\]|\\.(contains|find|at|erase)\\($name\\)|->(contains|find|at)\\($name\\)"
# Details of errors are made of values (common/error_details.hpp), JSON of them at the wire.
of_errors='details = (R?"|wire::to_text)'

handlers() { # What is no answer: the OpenAPI document, Prometheus' labels, the table of routes, headers of HTTP.
    git ls-files 'agent/api/*.cpp' | grep -vE 'agent/api/(openapi|metrics|metrics_[a-z_]*|routes|pages)\.cpp'
    printf '%s\n' agent/access/profile_json.cpp agent/feedback/feedback.cpp agent/notify/notify_desk.cpp \
        agent/observe/features.cpp agent/observe/system_health.cpp agent/observe/usage_report.cpp \
        agent/templates/template_json.cpp agent/live/words.cpp agent/live/client_message.cpp
}
readers() { # What is no answer of the agent: files of AI clients, what servers say by MCP, the Inspector's file.
    git ls-files 'cli/*.cpp' 'cli/commands/*.cpp' |
        grep -vE 'cli/(clients/|connect_|mcp_content|tool_arguments|trace_replay|inspector|own_server\.|server_keys)'
}
found() { # pattern, but not, files
    local pattern=$1 but=$2
    shift 2
    grep -nE -e "$pattern" "$@" /dev/null | grep -vE "^[^:]*:[0-9]*: *//|$but"
}

probe=$(mktemp)
trap 'rm -f "$probe"' EXIT
cat >"$probe" <<'CODE'
json["memoryBytes"] = 1;
return {{"status", "ok"}};
text(member(server, fields::server::config), "lazy");
body->find("servers");
error.details = R"({"stage":"exec"})";
CODE
[ "$(found "$written" "$no_key" "$probe" | wc -l)" = 2 ] || { echo "written literals are not found"; exit 1; }
[ "$(found "$read_by" 'a^' "$probe" | wc -l)" = 3 ] || { echo "read literals are not found"; exit 1; }
[ "$(found "$of_errors" 'a^' "$probe" | wc -l)" = 1 ] || { echo "details as JSON are not found"; exit 1; }

bad=0
report() { [ -z "$2" ] || { echo "$2"; echo "^ $1"; bad=1; }; }
mapfile -t writing < <(handlers)
mapfile -t reading < <(readers)
report 'a name of common/fields/ belongs there' "$(found "$written" "$no_key" "${writing[@]}")"
report 'a name of common/fields/ belongs there' "$(found "->(contains|find|at)\\($name\\)" "$no_key" "${writing[@]}")"
report 'a name of common/fields/ (or of cli/own_fields.hpp) belongs there' "$(found "$read_by" 'R"\(' "${reading[@]}")"
report 'common/error_details.hpp has values for it' "$(git grep -nE "$of_errors" -- 'agent/*.cpp' 'cli/*.cpp' 'common/*.cpp' |
    grep -vE '^(agent/mcp/json_rpc|common/wire_view)\.cpp:')"
# A word stands once in the table of its resource.
for table in common/fields/*.hpp cli/own_fields.hpp; do
    report "$table: twice" "$(grep -oE '"[^"]+"' "$table" | grep -v '/' | sort | uniq -d)"
done
exit $bad
