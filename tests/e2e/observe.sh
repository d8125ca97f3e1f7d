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
check "CPU is known after the second look" until_true 10 eval '[ -n "$(stats every cpuPercent)" ]'
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

expect "the live screen wants a terminal" 2 mcpm top
has "and says what does not" "mcpm stats" "$err"
python3 "$MCPM_SOURCE_DIR/tests/support/top_story.py" "$MCPM_BUILD_DIR/mcpm" >"$sandbox/top.out" 2>&1
same "the live screen works" 0 "$?"
[ -s "$sandbox/top.out" ] && cat "$sandbox/top.out"
expect "all stop" 0 mcpm stop --all
same "nothing is left" "" "$(servers_alive)"
