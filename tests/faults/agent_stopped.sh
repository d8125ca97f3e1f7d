#!/usr/bin/env bash
# The agent is stopped for half a minute (MCPM_STOPPED_SECONDS) and goes on: servers do not notice, calls that were on their
# way are answered, sessions are still there, no line of a log is lost, and nothing that was measured meanwhile is taken for a
# failure of a server.
. "$(dirname "$0")/../support/sandbox.sh"
seconds=${MCPM_STOPPED_SECONDS:-30}

mcpm add one --health-interval 1s -- "$fixtures/mcp_everything"
mcpm add plain --transport none -- "$fixtures/chatty" 0 2
mcpm start one plain
one=$(field one pid) plain=$(field plain pid) keeper=$(keeper_pid)
mcpm call one echo message=warm >/dev/null

cat >"$sandbox/client.py" <<'P'
import json, subprocess, sys
shim = subprocess.Popen(["mcpm", "connect", "one"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
def ask(number, method, **params):
    shim.stdin.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n")
    shim.stdin.flush()
def hear(number):
    for line in shim.stdout:
        message = json.loads(line)
        if message.get("id") == number: return message
ask(0, "initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "t", "version": "1"})
hear(0)
shim.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
ask(1, "tools/call", name="sleep", arguments={"ms": 1500})
print("asked", flush=True)
sys.stdin.readline()
ask(2, "tools/call", name="echo", arguments={"message": "meanwhile"})
print("slept" in json.dumps(hear(1)), "meanwhile" in json.dumps(hear(2)), flush=True)
shim.stdin.close()
print(shim.wait(), flush=True)
P
mkfifo "$sandbox/go"
python3 "$sandbox/client.py" <"$sandbox/go" >"$sandbox/client.out" 2>&1 &
client=$!
exec 7>"$sandbox/go"
until_true 10 grep -q asked "$sandbox/client.out"
agent=$(agent_pid)
kill -STOP "$agent"
sleep 2
echo go >&7 # a call into the pause
sleep "$((seconds > 2 ? seconds - 2 : 0))"
same "after $seconds seconds the keeper is there" "$keeper" "$(keeper_pid)"
check "and both servers" kill -0 "$one" "$plain"
kill -CONT "$agent"
wait "$client"
same "a call from before and one from the pause are answered, in the same session" "asked True True 0" "$(tr '\n' ' ' <"$sandbox/client.out" | sed 's/ $//')"
same "it is the same agent" "$agent" "$(agent_pid)"
same "and the same servers" "$one $plain" "$(field one pid) $(field plain pid)"
same "which run" "running running" "$(field one status) $(field plain status)"
until_true 10 eval '[ "$(field one healthStatus)" = healthy ]'
same "and are well" healthy "$(field one healthStatus)"
same "none was started again" "0 0" "$(field one restartCount) $(field plain restartCount)"
expect "the next call works" 0 timeout 15 mcpm call one echo message=after
has "with its answer" after "$out"
expect "plain stops" 0 timeout 30 mcpm stop plain
check "no line of its log is lost" numbered plain
