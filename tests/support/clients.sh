# Sourced after sandbox.sh: what the stories of real clients share. A story names its clients, each by one or more lines of
# a table, and `client_checks` takes all of them through the one list of tests/support/client_checks.py.
. "$MCPM_SOURCE_DIR/tests/needs.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"
programs=$MCPM_SOURCE_DIR/tests/programs/clients
table=$sandbox/clients.tsv

# In CI what a registry does not give is a failure: there it always did.
no_client() {
    if [ "${CI:-}" = true ]; then
        bad "$1"
        end_sandbox
    fi
    skip_all "$1"
}
# built_client LANGUAGE COMMAND…   runs COMMAND in a copy of the program's folder below build/clients (or $MCPM_TEST_CLIENTS),
# with the caches of compilers and registries that this user has; $built is that folder
built_client() {
    local language=$1 home
    shift
    built=${MCPM_TEST_CLIENTS:-$MCPM_SOURCE_DIR/build/clients}/$language
    home=$(getent passwd "$(id -u)" | cut -d: -f6)
    mkdir -p "$built" && cp -r "$programs/$language/." "$built/" || return 1
    (cd "$built" && timeout 600 env HOME="$home" "$@") >"$sandbox/built.$language" 2>&1 ||
        no_client "the client in $language cannot be built: $(tail -n 3 "$sandbox/built.$language" | tr '\n' ' ')"
}
only_in_all() { # REASON
    [ -n "${MCPM_TEST_ALL:-}" ] || skip_all "runs by tests/run.sh --all (MCPM_TEST_ALL=1): $1"
}
# client NAME WITHOUT ERAS COMMAND…   over HTTP and over `mcpm connect`, in each era
client() {
    local name=$1 without=$2 eras=$3 era
    shift 3
    for era in $eras; do
        printf '%s\t' "$name-$era-http" "$era" "$without" "$@" "$era" >>"$table" && printf '%s\n' "$base/mcp/both" >>"$table"
        printf '%s\t' "$name-$era-stdio" "$era" "$without" "$@" "$era" >>"$table" && printf 'mcpm\tconnect\tboth\n' >>"$table"
    done
}
# sse_client NAME WITHOUT COMMAND…     over the transport of 2024-11-05
sse_client() {
    printf '%s\t' "$1-sse" legacy "$2" "${@:3}" legacy >>"$table" && printf '%s\n' "$base/sse/both" >>"$table"
}
client_checks() {
    timeout 170 python3 -u "$MCPM_SOURCE_DIR/tests/support/client_checks.py" "$table" | tee "$sandbox/checks.clients"
    counted "$sandbox/checks.clients"
}
clients_begin() {
    export MCPM_HTTP_AUTH=none
    MCPM_HTTP_LISTEN=127.0.0.1:$(free_port)
    export MCPM_HTTP_LISTEN
    base=http://$MCPM_HTTP_LISTEN
    mcp_server both --era both
}
