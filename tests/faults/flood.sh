#!/usr/bin/env bash
# Servers that flood: memory bounded, others answer, what is stored can be searched and shown.
. "$(dirname "$0")/../support/sandbox.sh"

mcpm add one -- "$fixtures/mcp_everything" && mcpm start one
memory() { awk '/VmRSS/ {print $2}' "/proc/$(agent_pid)/status"; }
before=$(memory)
flood() {
    local name=$1
    shift
    mcpm add "$name" --transport none --restart never -- "$fixtures/flooder" "$@"
    mcpm start "$name" >/dev/null 2>&1
    for _ in 1 2 3; do expect "another server answers during $name" 0 timeout 5 mcpm call one echo message=x; done
    mcpm wait "$name" --for stopped --timeout 120s >/dev/null 2>&1
    expect "$name: the tail can be read" 0 timeout 20 mcpm logs "$name" --tail 5
    expect "$name: as JSON" 0 eval "timeout 20 mcpm logs $name --tail 50 -o json | python3 -c 'import sys,json; [json.loads(l) for l in sys.stdin]'"
    expect "$name: it can be searched" 0 eval "timeout 30 mcpm logs $name --tail 3 --text e >/dev/null"
}
flood one-line 2 bytes 200000000
flood short-lines 1 lines 3000000
flood binary 2 binary 20000000
flood json 1 json 50000000
after=$(memory)
check "memory is bounded ($before kB, then $after kB)" test $((after - before)) -lt 24576
size=$(du -sk "$state/logs" | cut -f1)
check "logs are within their budget ($size kB)" test "$size" -lt 2200000

# A search that a backtracking engine would not end, whose asker has left.
mcpm add long --transport none --start -- python3 -c 'import time; print(("a" * 60000 + "!\n") * 300, end="", flush=True); time.sleep(600)' >/dev/null
until_true 20 eval '[ "$(mcpm logs long -n 400 --no-notes | wc -l)" -ge 300 ]'
timeout 0.3 mcpm logs long --grep '(a+)+$' >/dev/null 2>&1
expect "a search that its asker left keeps no agent from ending" 0 timeout 20 mcpm agent stop
