#!/usr/bin/env bash
# The official conformance suite through /mcp/{server}, with our fixture as the stdio server: both requirement sets, and
# nothing is allowed to fail. Then servers of one era alone, where the gateway translates, and the shim turned back into HTTP.
# What cannot be asked there is listed with its reason below; a listed scenario that passes fails this test.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"
. "$MCPM_SOURCE_DIR/tests/support/http_bridge.sh"
grep -q '"/mcp/{server}"' "$MCPM_SOURCE_DIR/agent/api/routes.cpp" || skip_all "there is no gateway yet"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

no_registry() {
    if [ "${CI:-}" = true ]; then bad "$1"; end_sandbox; fi
    skip_all "$1"
}
need_node22 && need_npm conformance @modelcontextprotocol/conformance@0.2.0-alpha.12 ||
    no_registry "the suite and its Node cannot be installed from npm"
suite=$npm_folder/node_modules/@modelcontextprotocol/conformance/dist/index.js

# Why a scenario, or one check of it, cannot be asked of RUN (server's era, revision of the client), or nothing.
cannot() { # RUN SCENARIO[:CHECK]
    case $1/$2 in
        # A handshake-era server's questions are parked under keys of ours, since it names none; and the first time that it asks for
        # roots, in a call that is shared, they do not become a question.
        legacy/2026-07-28/input-required-result-basic-elicitation | legacy/2026-07-28/input-required-result-basic-list-roots)
            echo "a handshake-era server names no keys for its questions, and the first for roots does not become one" ;;
        # Such a server knows no client's capabilities but those that were declared once for all.
        legacy/2026-07-28/server-stateless:sep-2575-server-rejects-undeclared-capability | \
            legacy/2026-07-28/server-stateless:sep-2575-missing-capability-http-400)
            echo "a handshake-era server cannot tell one client's capabilities from another's" ;;
        # The suite's bridge of the shim accepts every Host and Origin.
        shim/*/dns-rebinding-protection) echo "the bridge in front of the shim, not ours" ;;
    esac
}

# conformance "what" URL RUN SCORED    SCORED is how many scenarios count
conformance() {
    local what=$1 url=$2 run=$3 wanted=$4 revision=${3##*/} passed=0 excused=0 mark name why options=() unscored=()
    case $run in both/*) options=(--expected-failures "$MCPM_SOURCE_DIR/tests/e2e/conformance/expected_failures.yaml") ;; esac
    note "$what, $revision"
    rm -rf "$sandbox/results"
    timeout 300 env PATH="$node22:$PATH" node "$suite" server --url "$url" --requirements "$revision" -o "$sandbox/results" \
        "${options[@]}" >"$sandbox/suite" 2>&1
    status=$?
    sed -n '/^=== SUMMARY ===/,$p' "$sandbox/suite" >"$sandbox/summary"
    sed -n '/^server:/,/^client:/s/^  - //p' "$(dirname "$suite")/../requirements/$revision.yaml" >"$sandbox/scored"
    while read -r mark name _; do
        name=${name%:}
        if ! grep -qx -- "$name" "$sandbox/scored"; then unscored+=("$mark$name") && continue; fi
        why=$(cannot "$run" "$name")
        case $mark,$why in
            ✓,) passed=$((passed + 1)) ;;
            ✓,*) bad "$what, $revision: $name passes, and is listed as one that cannot" ;;
            ✗,) if all_excused "$run" "$name"; then excused=$((excused + 1)); else bad "$what, $revision: $name"; fi ;;
            ✗,*) excused=$((excused + 1)) ;;
        esac
    done < <(grep -E '^(✓|✗) ' "$sandbox/summary")
    same "$what: $revision, passed and excused of $wanted" "$wanted" $((passed + excused))
    note "$passed passed, $excused cannot be asked; not scored: ${unscored[*]}"
    # With a list of expected failures the suite counts warnings too.
    case $run in both/*) same "$what: $revision, without a warning" 0 "$status" ;; esac
    if [ "$status" -ne 0 ] || [ ! -s "$sandbox/summary" ]; then failed_checks; fi
}
# Every failed check of the scenario is one that cannot be asked.
all_excused() { # RUN SCENARIO
    local id found=no
    while read -r id; do
        found=yes
        [ -n "$(cannot "$1" "$2:$id")" ] || return 1
    done < <(python3 -c 'import glob, json, sys
for path in glob.glob(f"{sys.argv[1]}/server-{sys.argv[2]}-20*/checks.json"):
    for check in json.load(open(path)):
        if check["status"] == "FAILURE": print(check["id"])' "$sandbox/results" "$2")
    [ $found = yes ]
}
# What failed or warned, of the last run.
failed_checks() {
    [ -s "$sandbox/summary" ] || tail -n 20 "$sandbox/suite"
    python3 - "$sandbox/results" <<'END_PYTHON'
import glob, json, re, sys
for path in sorted(glob.glob(f"{sys.argv[1]}/server-*/checks.json")):
    scenario = re.sub("-20[0-9]{2}-[0-9]{2}-[0-9]{2}T.*", "", path.split("/")[-2].removeprefix("server-"))
    for check in json.load(open(path)):
        if check["status"] in ("FAILURE", "WARNING"):
            print(f"     {scenario}: {check['id']}: {(check.get('errorMessage') or '')[:400]}")
END_PYTHON
}

export MCPM_HTTP_AUTH=none
expect "the agent starts" 0 mcpm agent start
base=http://127.0.0.1:$(tcp_port)/mcp
for era in both legacy modern; do expect "a server: $era" 0 mcpm add "$era" --start -- "$fixtures/mcp_everything" --era "$era"; done

conformance "a server of both eras" "$base/both" both/2025-11-25 30
conformance "a server of both eras" "$base/both" both/2026-07-28 37
conformance "a handshake-era server" "$base/legacy" legacy/2025-11-25 30
conformance "a handshake-era server" "$base/legacy" legacy/2026-07-28 37
conformance "a per-request server" "$base/modern" modern/2025-11-25 30
conformance "a per-request server" "$base/modern" modern/2026-07-28 37

if mcpm connect --help >/dev/null 2>&1; then
    if bridge "mcpm connect both"; then
        conformance "through the shim" "$bridge_url" shim/2025-11-25 30
        conformance "through the shim" "$bridge_url" shim/2026-07-28 37
        stop_bridge
    else
        bad "the bridge to the shim starts: $(tail -n 3 "$sandbox/bridge.log")"
    fi
fi
