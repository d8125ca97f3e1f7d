# Sourced after sandbox.sh: real servers from npm, each at an exact version, with a call of each and what its answer must
# have in it. Skips the test when there is no npm or no registry; in CI that is a failure.
export npm_config_fetch_retries=2
files=$sandbox/files
packages=$data/packages
mkdir -p "$files"
printf 'a line for real servers\n' >"$files/note.txt"
printf 'export default [{ rules: { "no-debugger": "error" } }];\n' >"$files/eslint.config.mjs"
printf 'debugger;\n' >"$files/stop.mjs"
printf '<mxfile><diagram id="a" name="Page of ours"><mxGraphModel><root/></mxGraphModel></diagram></mxfile>\n' >"$files/drawing.drawio"
cat >"$files/kubeconfig" <<'END'
apiVersion: v1
kind: Config
clusters: [{name: nowhere, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: here, context: {cluster: nowhere, user: nobody}}]
current-context: here
users: [{name: nobody, user: {token: none}}]
END

no_registry() {
    if [ "${CI:-}" = true ]; then
        bad "$1"
        end_sandbox
    fi
    skip_all "$1"
}
command -v node >/dev/null && command -v npm >/dev/null || no_registry "node and npm are not installed"
timeout 60 npm view @modelcontextprotocol/server-memory@2026.8.31 version >"$sandbox/ping" 2>&1 ||
    no_registry "the npm registry cannot be reached: $(grep -m 1 -iE 'error|err!' "$sandbox/ping")"

# name, package, era (h: handshake, r: per request), words for `mcpm add`
servers=(
    "everything @modelcontextprotocol/server-everything@2026.8.31 h"
    "filesystem @modelcontextprotocol/server-filesystem@2026.8.31 h -- $files"
    "memory @modelcontextprotocol/server-memory@2026.8.31 h -e MEMORY_FILE_PATH=$files/memory.jsonl"
    "thinking @modelcontextprotocol/server-sequential-thinking@2026.8.31 h"
    "postgres @modelcontextprotocol/server-postgres@0.6.2 h -- postgresql://127.0.0.1:1/none"
    "context7 @upstash/context7-mcp@4.1.1 r"
    "libsql mcp-memory-libsql@0.0.17 r -e LIBSQL_URL=file:$files/libsql.db"
    "banner mcp-server-code-runner@0.1.8 h"
    "golang kubernetes-mcp-server@0.0.67 r -e KUBECONFIG=$files/kubeconfig"
    "calc @coo-quack/calc-mcp@2.1.1 h"
    "commands mcp-server-commands@0.5.0 h"
    "eslint @eslint/mcp@0.3.13 h --cwd $files"
    "drawio @drawio/mcp@1.6.1 h"
    "fast fast-filesystem-mcp@3.5.2 h"
    "notion @notionhq/notion-mcp-server@2.5.2 h"
)

# The tool that is called, and what its answer must have in it. A server that asks a service that is not there must say so.
call_of() {
    local word='{"entities":[{"name":"Ada","entityType":"person","observations":["wrote the first program"]}]}'
    case $1 in
        everything) expected=-7 && arguments=(get-sum --args '{"a":-10,"b":3}') ;;
        filesystem) expected="a line for real servers" && arguments=(read_text_file path="$files/note.txt") ;;
        memory) expected=Ada && arguments=(create_entities --args "$word") ;;
        thinking) expected=thoughtHistoryLength && arguments=(sequentialthinking --args '{"thought":"one","thoughtNumber":1,"totalThoughts":1,"nextThoughtNeeded":false}') ;;
        postgres) expected=ECONNREFUSED && arguments=(query sql="select 1") ;;
        context7) expected="" && arguments=(resolve-library-id query="routing" libraryName="react") ;;
        libsql) expected="processed 1 entities" && arguments=(create_entities --args "$word") ;;
        banner) expected=4242 && arguments=(run-code --args '{"code":"console.log(42 * 101)","languageId":"javascript"}') ;;
        golang) expected=https://127.0.0.1:1 && arguments=(configuration_view) ;;
        calc) expected=11111111 && arguments=(base --args '{"value":"ff","from":16,"to":2,"input":"ff","fromBase":16,"toBase":2}') ;;
        commands) expected=real-servers-42 && arguments=(run_command command="echo real-servers-42") ;;
        eslint) expected=no-debugger && arguments=(lint-files --args "{\"filePaths\":[\"$files/stop.mjs\"]}") ;;
        drawio) expected="Page of ours" && arguments=(list_pages path="$files/drawing.drawio") ;;
        fast) expected="" && arguments=(fast_list_allowed_directories) ;;
        notion) expected="" && arguments=(API-get-self) ;;
    esac
}
# Whatever runs one of the installed packages, found by its command line, not by our marker.
package_processes() {
    local process
    for process in /proc/[0-9]*; do
        grep -qsaF "$packages/" "$process/cmdline" && printf '%s\n' "${process#/proc/}"
    done
    return 0
}
# Three at a time: most of an installation is waiting for the registry.
add_one() {
    read -r name package _ words <<<"$1"
    # shellcheck disable=SC2086
    timeout 240 mcpm add "$name" --npm "$package" $words >"$sandbox/add.$name" 2>&1
    echo $? >"$sandbox/added.$name"
}
# Exit status of each is in $sandbox/added.NAME, what was said in $sandbox/add.NAME
install_all() {
    local server
    for server in "${servers[@]}"; do
        while [ "$(jobs -rp | wc -l)" -ge 3 ]; do wait -n; done
        add_one "$server" &
    done
    wait
}
