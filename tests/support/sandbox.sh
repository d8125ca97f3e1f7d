# Sourced by the scripts under tests/e2e and tests/faults. Gives each one a HOME of its own, the built programs first on
# the PATH, a few words to say what is expected, and an end that leaves no process behind and says so when one was.
set -uo pipefail
: "${MCPM_BUILD_DIR:?run by ctest, or set it to the build folder}" "${MCPM_SOURCE_DIR:?}"
fixtures=$MCPM_BUILD_DIR/fixtures
sandbox=$(mktemp -d "${TMPDIR:-/tmp}/mcpm-test.XXXXXX")
export HOME=$sandbox/home XDG_RUNTIME_DIR=$sandbox/run NO_COLOR=1 PATH=$MCPM_BUILD_DIR:$PATH
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME MCPM_CONFIG_HOME MCPM_DATA_HOME MCPM_STATE_HOME MCPM_RUNTIME_DIR MCPM_SYSTEM DATABASE_URL SESSION_SECRET
export MCPM_REGISTRY_URL=off # no test asks the outside
export MCPM_HTTP_LISTEN=127.0.0.1:0 # several agents at once; `tcp_port` says which port it became
mkdir -m 0700 -p "$HOME" "$XDG_RUNTIME_DIR"
# Servers get the login shell's PATH: a node that was fetched for the tests is first on that one too.
[ -z "${MCPM_TEST_NODE:-}" ] || printf 'PATH=%s:$PATH\n' "$MCPM_TEST_NODE" >"$HOME/.profile"
data=$HOME/.local/share/mcpm
state=$HOME/.local/state/mcpm
failures=0
checks=0
failed=() # said again at the end: what shortens a long output leaves that

note() { printf '   %s\n' "$*"; }
ok() { checks=$((checks + 1)); printf 'ok %s\n' "$*"; }
bad() { checks=$((checks + 1)); failures=$((failures + 1)); failed+=("$*"); printf 'FAILED %s\n' "$*"; }
skip_all() { printf 'skipped: %s\n' "$*"; end_sandbox 77; }

# check "what" command…            the command succeeds
check() { local what=$1; shift; if "$@"; then ok "$what"; else bad "$what ($*)"; fi; }
# run COMMAND…                     sets $out, $err, $status
run() { "$@" >"$sandbox/out" 2>"$sandbox/err" </dev/null; status=$?; out=$(cat "$sandbox/out"); err=$(cat "$sandbox/err"); }
# expect "what" STATUS COMMAND…    exit status as asked
expect() {
    local what=$1 wanted=$2
    shift 2
    run "$@"
    if [ "$status" -eq "$wanted" ]; then ok "$what"; else bad "$what: exit $status, wanted $wanted: $*"; printf '%s\n%s\n' "$out" "$err" | head -n 20; fi
}
. "$MCPM_SOURCE_DIR/tests/support/found.sh"
# has "what" TEXT IN               fixed text is part of it
has() { case $3 in *"$2"*) ok "$1" ;; *) bad "$1: no \"$2\" in:"; printf '%s\n' "$3" | head -n 20 ;; esac; }
has_not() { case $3 in *"$2"*) bad "$1: \"$2\" is in:"; printf '%s\n' "$3" | head -n 20 ;; *) ok "$1" ;; esac; }
same() { if [ "$2" = "$3" ]; then ok "$1"; else bad "$1: \"$2\" is not \"$3\""; fi; }
# counted FILE                     the checks that another program printed there are this story's, too
counted() {
    checks=$((checks + $(grep -cE '^(ok|FAILED) ' "$1")))
    failures=$((failures + $(grep -c '^FAILED ' "$1")))
}
# until_true SECONDS COMMAND…      waits for what nothing announces
until_true() {
    local tries=$(($1 * 20))
    shift
    while [ "$tries" -gt 0 ]; do
        "$@" && return 0
        sleep 0.05
        tries=$((tries - 1))
    done
    return 1
}
# json EXPRESSION                  from standard input, by node-free means: python3's json
# Nothing, and a failure, when it is no JSON: the agent may be away for a moment.
json() {
    python3 -c 'import json,sys
try: d = json.load(sys.stdin)
except ValueError: sys.exit(1)
print(eval(sys.argv[1], {"d": d}))' "$1"
}
# A port that nobody has: what listens there keeps it when it starts again.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
tcp_port() { mcpm agent status -o json | json "next(t['address'].rsplit(':', 1)[1] for t in d['tcp'] if t['listening'])"; }
field() { mcpm show "$1" -o json 2>/dev/null | json "d.get('$2', '')"; }

# Every process that carries a marker of this sandbox's agent, or is its agent or keeper.
ours() {
    local owner pid
    owner=$(cat "$sandbox/owner" 2>/dev/null || true)
    for pid in /proc/[0-9]*; do
        grep -qszxF "XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR" "$pid/environ" || continue
        pid=${pid#/proc/}
        [ "$pid" = $$ ] && continue
        case $(cat "/proc/$pid/comm" 2>/dev/null) in bash | ours | tr | grep | cat | sleep | sed | python3 | mcpm | tail | timeout) continue ;; esac
        printf '%s\n' "$pid"
    done
}
# Processes of servers: they have our marker.
servers_alive() {
    local pid
    for pid in $(grep -lsz '^MCPM_SERVER=' /proc/[0-9]*/environ); do
        pid=${pid%/environ}
        grep -qszxF "XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR" "$pid/environ" || continue
        case $(awk '{print $3}' "$pid/stat" 2>/dev/null) in Z | '') continue ;; esac
        printf '%s\n' "${pid#/proc/}"
    done
}
# Processes that run a program of this sandbox's own folder, whatever became of their environment or parent.
of_sandbox() {
    local pid
    for pid in /proc/[0-9]*; do
        case $(readlink "$pid/exe" 2>/dev/null) in "$sandbox"/*) printf '%s\n' "${pid#/proc/}" ;; esac
    done
}
# numbered NAME STREAM: exit 0 when the lines "line N" of both streams are all there, once, and each stream in order;
# else says where not. Every gap may be excused by one note about a lost agent: $marks such notes are allowed.
numbered() {
    mcpm logs "$1" --tail all -o json >"$sandbox/numbered" 2>&1
    python3 "$MCPM_SOURCE_DIR/tests/support/numbered_lines.py" "$sandbox/numbered" "${marks:-0}"
}
keeper_pid() { head -n 1 "$data/agent.lock" 2>/dev/null; }
agent_pid() { mcpm agent status -o json 2>/dev/null | json "d['pid']"; }

end_sandbox() {
    local code=${1:-} keeper left cgroup
    trap - EXIT
    keeper=$(keeper_pid)
    left=$(agent_pid 2>/dev/null) # an agent that answers takes its cgroup with it
    timeout 60 mcpm agent stop >/dev/null 2>&1
    [ -n "$keeper" ] && until_true 10 eval "! kill -0 $keeper 2>/dev/null"
    for cgroup in /sys/fs/cgroup/{,unified/}$(printf 'mcpm-%x-%x' $(stat -c '%d %i' "$data" 2>/dev/null) 2>/dev/null); do
        [ -d "$cgroup" ] || continue
        [ -z "$left" ] || bad "no cgroup is left behind: $cgroup"
        rmdir "$cgroup"
    done
    left=$(ours | tr '\n' ' ')
    if [ -n "${left// /}" ]; then
        bad "nothing is left behind: $left"
        for pid in $left; do tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null; echo; kill -KILL "$pid" 2>/dev/null; done
    fi
    if [ "$failures" -gt 0 ] && [ -f "$state/agent.log" ]; then echo "--- agent.log"; tail -n 30 "$state/agent.log"; fi
    rm -rf "$sandbox"
    [ -n "$code" ] && exit "$code"
    [ ${#failed[@]} -eq 0 ] || printf 'FAILED %s\n' "${failed[@]}"
    printf '%d checks, %d failed\n' "$checks" "$failures"
    [ "$failures" -eq 0 ] && [ "$checks" -gt 0 ]; code=$?
    exit "$code" # without it a trap ends with the status from before it
}
trap end_sandbox EXIT
