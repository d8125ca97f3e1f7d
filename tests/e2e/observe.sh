#!/usr/bin/env bash
# What is watched: the health of the whole, what servers use over time, who calls which tools, and the live screen.
. "$(dirname "$0")/../support/sandbox.sh"

expect "a server" 0 mcpm add every --start -- "$fixtures/mcp_everything"
expect "and one that nobody will call" 0 mcpm add idle --start -- "$fixtures/mcp_everything"

expect "the health of the whole is told" 0 mcpm health
has "with the database" "Database" "$out"
has "and the disk" "free of" "$out"
health() { mcpm health -o json 2>/dev/null | json "$1"; }
same "both servers run" 2 "$(health 'd["servers"]["running"]')"
same "a file was written" healthy "$(health 'd["infrastructure"]["fileSystem"]["status"]')"
same "the database was asked" True "$(health 'd["infrastructure"]["database"]["responseTime"] > 0')"
same "an engine that nothing needs is no trouble" True "$(health 'd["status"] in ("healthy", "degraded")')"
same "requests are measured" True "$(health 'd["performance"]["requests"]["p95"] > 0')"
expect "a range is of a server" 2 mcpm health --range 1h
chmod a-w "$data"
if [ "$(id -u)" != 0 ]; then same "a folder that cannot be written is seen" unhealthy "$(health 'd["infrastructure"]["fileSystem"]["status"]')"; fi
chmod u+w "$data"
mcpm add broken --start -- /does/not/exist >/dev/null 2>&1
check "a start that fails is among the errors" until_true 10 eval '[ "$(health "[e for e in d[\"errors\"][\"top\"] if e[\"type\"] == \"start-failed\"] != []")" = True ]'

for _ in 1 2 3; do mcpm call every echo message=hello >/dev/null; done
mcpm call every no_such_tool >/dev/null 2>&1
stats() { mcpm stats "$1" -o json 2>/dev/null | json "d[0].get('$2', '')"; }
check "memory is measured" [ "$(stats every memoryBytes)" -gt 100000 ]
check "and the share of what is shared" [ "$(stats every pssBytes)" -gt 1000 ]
check "descriptors are counted" [ "$(stats every descriptors)" -ge 3 ]
check "CPU is known" [ -n "$(stats every cpuPercent)" ]
# Somebody has looked just now, and another server starts.
expect "one more starts" 0 mcpm add newer --start -- "$fixtures/mcp_everything"
same "nothing of it is blank the moment it runs" "True True True True True" "$(mcpm stats newer -o json | json '" ".join(str(key in d[0]) for key in ("memoryBytes", "pssBytes", "cpuPercent", "processes", "descriptors"))')"
expect "it goes" 0 mcpm remove newer -f
expect "one that reads and writes" 0 mcpm add writer --transport none --start -- sh -c "while :; do head -c 300000 /dev/zero >$sandbox/written; cat $sandbox/written >/dev/null; sleep 0.2; done"
check "what it wrote is measured" until_true 20 eval '[ -n "$(stats writer writtenBytes)" ]'
if [ "$(stat -f -c %T "$sandbox")" != tmpfs ]; then check "and is not nothing" until_true 20 eval '[ "$(stats writer writtenBytes)" -gt 0 ]'; fi
expect "it goes too" 0 mcpm remove writer -f
same "its past is kept" True "$(mcpm stats every --range 1h -o json | json 'len(d[0]["history"]["points"]) > 0')"
same "by the minute too" True "$(mcpm stats every --range 24h -o json | json 'd[0]["history"]["step"] == "minute" and len(d[0]["history"]["points"]) > 0')"
expect "in words" 0 mcpm stats every --range 1h
has "with bars" "at most" "$out"
expect "its past and its future exclude each other" 2 mcpm stats every -f --range 1h

expect "who called what is told" 0 mcpm usage
has "by tool" "echo" "$out"
has "tools that nobody called are named" "Tools that nobody called" "$out"
has "a server that nobody called could sleep" "mcpm update idle --lazy" "$out"
usage() { mcpm usage "${@:2}" -o json 2>/dev/null | json "$1"; }
same "each call is counted" 3 "$(usage '[r["calls"] for r in d["rows"] if r["tool"] == "echo"][0]')"
same "with its bytes" True "$(usage 'd["total"]["bytesOut"] > 0')"
same "errors too" True "$(usage 'd["total"]["errors"] >= 1')"
same "by client" True "$(usage '"mcpm" in d["rows"][0]["client"]' --by client)"
expect "the agent is replaced" 0 mcpm agent restart
check "and calls are still known" until_true 20 eval '[ "$(usage "[r[\"calls\"] for r in d[\"rows\"] if r[\"tool\"] == \"echo\"][0]")" = 3 ]'

note "calls one by one, and their arguments where they are asked for"
calls() { mcpm usage --calls "${@:2}" -o json 2>/dev/null | json "$1"; }
same "each is a row" "echo good mcpm True" "$(calls '" ".join([d[0]["tool"], d[0]["outcome"], d[0]["client"], str(d[0]["tokensOut"] > 0)])' --tool echo)"
same "of a server alone" 0 "$(calls 'len(d)' --server idle)"
expect "only so" 2 mcpm usage --server every
mcpm call every echo --args '{"message":"nobody keeps me"}' >/dev/null
same "nothing is kept of arguments that is not asked for" "[]" "$(calls '[r for r in d if "arguments" in r or "argumentsCut" in r]')"
expect "the agent ends" 0 mcpm agent stop
expect "one that keeps them of one server" 0 env MCPM_CALLS_ARGUMENTS=every mcpm agent start
same "the key is known" every "$(MCPM_CALLS_ARGUMENTS=every mcpm config show calls.arguments -o json | json 'd[0]["value"]')"
check "the server runs" until_true 20 mcpm wait every --for running --timeout 10s
mcpm call every echo --args '{"message":"kept","password":"hunter2hunter2"}' >/dev/null
mcpm call every echo --args "{\"message\":\"$(printf 'a%.0s' $(seq 3000))\"}" >/dev/null
mcpm call idle echo --args '{"message":"of another"}' >/dev/null
same "they are there" kept "$(calls 'd[1]["arguments"]["message"]' --server every)"
same "without what is secret" "***" "$(calls 'd[1]["arguments"]["password"]' --server every)"
same "of long ones the beginning" 2000 "$(calls 'len(d[0]["argumentsCut"])' --server every)"
same "and none of the other server's" "[]" "$(calls '[r for r in d if "arguments" in r]' --server idle)"
has "the table shows them" '{"message":"kept","password":"***"}' "$(mcpm usage --calls --server every)"
has_not "the secret is nowhere in the database" hunter2 "$(strings "$data/mcpm.db" "$data"/mcpm.db-* 2>/dev/null)"
has_not "nothing of it is sent on" kept "$(mcpm usage --show-outgoing)"

note "calls that are not recorded"
expect "the agent ends" 0 mcpm agent stop
expect "one that records no call" 0 env MCPM_RECORD_CALLS=OFF mcpm agent start
check "the server runs" until_true 20 mcpm wait every --for running --timeout 10s
before=$(calls 'len(d)')
mcpm call every add a=1 b=2 >/dev/null
same "the call is in no record" "$before" "$(calls 'len(d)')"
same "but it is counted" 1 "$(health 'd["performance"]["calls"]["total"]')"
same "nothing is said to be unused" "False [] []" "$(usage '" ".join(map(str, [d["recorded"], d["unusedTools"], d["idleServers"]]))')"
expect "usage" 0 mcpm usage
has "says why" "MCPM_RECORD_CALLS is off" "$err"

expect "the live screen wants a terminal" 2 mcpm top
has "and says what does not" "mcpm stats" "$err"
python3 "$MCPM_SOURCE_DIR/tests/support/top_story.py" "$MCPM_BUILD_DIR/mcpm" >"$sandbox/top.out" 2>&1
same "the live screen works" 0 "$?"
[ -s "$sandbox/top.out" ] && cat "$sandbox/top.out"
expect "all stop" 0 mcpm stop --all
same "nothing is left" "" "$(servers_alive)"
