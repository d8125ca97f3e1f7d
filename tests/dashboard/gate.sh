#!/usr/bin/env bash
# The dashboard's sources, without the agent:
#   gate.sh lint     Biome: format and lint
#   gate.sh logic    Vitest: what is decided, without a browser
#   gate.sh types    TypeScript, strict, against the API of the agent that was built and what it answers (starts one in a HOME of its own)
set -uo pipefail
: "${MCPM_SOURCE_DIR:?}"
. "$MCPM_SOURCE_DIR/tests/needs.sh"
kind=${1:?lint, logic or types}
if [ "$kind" = types ]; then
    # shellcheck source=tests/support/sandbox.sh
    . "$MCPM_SOURCE_DIR/tests/support/sandbox.sh"
fi
need_dashboard_npm || exit 1
bin=$dashboard_folder/node_modules/.bin
source=$MCPM_SOURCE_DIR/agent/dashboard
case $kind in
    lint) cd "$source" && exec "$bin/biome" check --error-on-warnings . ;;
    logic)
        cd "$dashboard_folder" && exec "$bin/vitest" run --config "$source/vitest.config.mjs"
        ;;
    types)
        expect "an agent starts" 0 mcpm agent start
        expect "and has its API as OpenAPI" 0 curl -fsS --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" http://agent/api/openapi.json
        cp "$sandbox/out" "$sandbox/openapi.json"
        # A folder of its own: the page as it is, with the types of this agent's API.
        mkdir "$sandbox/check"
        ln -s "$source/src" "$source/test" "$source/tsconfig.json" "$dashboard_folder/node_modules" "$sandbox/check/"
        expect "types are made of it" 0 "$bin/openapi-typescript" "$sandbox/openapi.json" -o "$sandbox/check/openapi.d.ts"
        expect "the page agrees with them" 0 "$bin/tsc" -p "$sandbox/check"
        mkdir "$sandbox/check2" && cp -R "$source/src" "$source/tsconfig.json" "$sandbox/check2/"
        ln -s "$source/test" "$dashboard_folder/node_modules" "$sandbox/check2/"
        sed 's#"/api/servers/{id}/runs"#"/api/servers/{id}/laps"#' "$sandbox/check/openapi.d.ts" >"$sandbox/check2/openapi.d.ts"
        # Real answers against the page's types: a field that changes is an error of the compiler.
        printf 'hidden' | mcpm secret set typed || bad "a secret"
        expect "a server" 0 mcpm add typed --start -l team=docs --secret TOKEN=typed -- "$fixtures/mcp_everything"
        expect "a call of it" 0 mcpm call typed echo message=hello
        expect "a profile" 0 mcpm profile create typed --server typed
        expect "a token" 0 mcpm token create typed -q
        expect "feedback" 0 mcpm feedback send "Typed" -r 5 -t general
        expect "answers are taken" 0 node "$source/../../tests/dashboard/answers.mjs" "$XDG_RUNTIME_DIR/mcpm/agent.sock" "$sandbox/check/answers.ts" "$source/src/api/types.ts" "$MCPM_SOURCE_DIR"
        has "and each name of the page's types is one of theirs" "every name is known" "$out"
        sed 's#"include": .*#"include": ["src", "test", "answers.ts"]#' "$source/tsconfig.json" >"$sandbox/with_answers"
        rm "$sandbox/check/tsconfig.json" && cp "$sandbox/with_answers" "$sandbox/check/tsconfig.json"
        expect "the agent's answers fit the page's types" 0 "$bin/tsc" -p "$sandbox/check"
        sed -i 's#"healthStatus":#"wellness":#' "$sandbox/check/answers.ts"
        expect "and would not, had a field another name" 2 "$bin/tsc" -p "$sandbox/check"
        has "which it names" healthStatus "$out"
        expect "and would not, had the API lost a path" 2 "$bin/tsc" -p "$sandbox/check2"
        has "which it names" /runs "$out"
        ;;
    *) echo "gate.sh: $kind?" >&2; exit 2 ;;
esac
