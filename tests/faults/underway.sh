#!/usr/bin/env bash
# The agent is restarted while something is under way: a start goes on, a removal, a restart and a stop are not undone, and
# a crash loop is remembered.
. "$(dirname "$0")/../support/sandbox.sh"

# A server that answers slowly: the agent is replaced between its question and the answer.
cat >"$sandbox/slow.py" <<'P'
import json, sys, time
for line in sys.stdin:
    m = json.loads(line)
    if "id" not in m: continue
    if m["method"] == "initialize":
        time.sleep(3)
        r = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "slow", "version": "1"}}
        print(json.dumps({"jsonrpc": "2.0", "id": m["id"], "result": r}), flush=True)
    elif m["method"] == "tools/list":
        print(json.dumps({"jsonrpc": "2.0", "id": m["id"], "result": {"tools": []}}), flush=True)
    else:
        print(json.dumps({"jsonrpc": "2.0", "id": m["id"], "error": {"code": -32601, "message": "no"}}), flush=True)
P
mcpm add slow -- python3 "$sandbox/slow.py"
mcpm start slow >/dev/null 2>&1 &
until_true 10 eval '[ -n "$(field slow pid)" ] && [ "$(field slow pid)" != None ]'
sleep 1
pid=$(field slow pid)
expect "a restart of the agent while a server starts" 0 mcpm agent restart
until_true 15 eval '[ "$(field slow status)" = running ]'
same "it comes up" running "$(field slow status)"
same "in the same process" "$pid" "$(field slow pid)"
expect "and is asked" 0 timeout 10 mcpm tools list slow
wait

mcpm add deaf --stop-timeout 6s --transport none -- "$fixtures/stubborn"
mcpm start deaf && pid=$(field deaf pid)
mcpm restart deaf >/dev/null 2>&1 &
until_true 5 eval '[ "$(field deaf status)" = stopping ]'
mcpm agent restart
until_true 20 eval '[ "$(field deaf status)" = running ] && [ "$(field deaf pid)" != "$pid" ]'
check "a restart that was under way goes on" eval '[ "$(field deaf pid)" != "$pid" ] && [ "$(field deaf status)" = running ]'
wait

mcpm remove -f deaf >/dev/null 2>&1 &
until_true 5 eval '[ "$(field deaf status)" = stopping ]'
mcpm agent restart
until_true 20 eval '! mcpm show deaf >/dev/null 2>&1'
expect "a removal that was under way goes on" 4 mcpm show deaf
wait

mcpm add looping --transport none --restart always -- "$fixtures/crasher" 1
mcpm start looping >/dev/null 2>&1
until_true 60 eval '[ "$(mcpm show looping -o json | json "d[\"statusReason\"]")" = crash-loop ]'
runs=$(field looping run)
mcpm agent restart
sleep 2
same "a crash loop is one still" crash-loop "$(mcpm show looping -o json | json 'd["statusReason"]')"
same "and nothing was started meanwhile" "$runs" "$(field looping run)"
