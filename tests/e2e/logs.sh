#!/usr/bin/env bash
# Every way to read a log: part, form, run, export, follow, with the agent and without it.
. "$(dirname "$0")/../support/sandbox.sh"

cat >"$sandbox/talker" <<'S'
#!/bin/sh
# Five lines of known level and stream, a hostile one, then waits for the end of its input.
echo "[ERROR] cannot open the door" >&2
echo "WARN: the door creaks" >&2
echo '{"level":"info","msg":"door seen"}' >&2
echo "plain door on stdout"
echo "=cmd, \"quoted\"" >&2
printf 'evil \033]0;title\007\033[31mred\033[0m end\n' >&2
cat >/dev/null
S
chmod +x "$sandbox/talker"
mcpm add talk --transport none -- "$sandbox/talker"
mcpm start talk
until_true 10 eval 'mcpm logs talk | found evil'

lines() { local what=$1 wanted=$2; shift 2; run mcpm logs talk --no-notes "$@"; same "$what" "$wanted" "$(printf '%s\n' "$out" | grep -c .)"; }
lines "all lines" 6
lines "the last two" 2 -n 2
lines "none" 0 -n 0
lines "as regular expression" 3 --grep '[Dd]oor (creaks|seen|on)'
lines "with the classes that people write" 2 --grep '^\S+\scannot|\bseen\W+$'
lines "as text" 4 --text door
lines "without regard to case" 4 --text DOOR -i
lines "text that is no pattern" 0 --text 'd..r'
lines "level and above" 2 --level warning
lines "one stream" 1 --stream stdout
lines "the other" 5 --stream stderr
lines "since an age" 6 --since 10m
lines "until an age" 0 --until 10m
lines "since tomorrow" 0 --since "$(date -u -d tomorrow +%Y-%m-%dT%H:%M:%SZ)"
lines "all together" 1 --since 1h --stream stderr --level error --text door -n 5
run mcpm logs talk
has "mcpm's own notes are there" "run 1" "$out"
has "control sequences are text" '\x1b]0;title' "$out"
has_not "and no colour in a pipe" "$(printf '\033')" "$out"

run mcpm logs talk --no-notes -t
check "-t: time to the nanosecond, stream, level" grep -qE '^[0-9-]{10}T[0-9:]{8}\.[0-9]{9}Z stderr [a-z]+ evil' <<<"$out"
mcpm logs talk -o json >"$sandbox/lines.json"
same "JSON lines: each is an object" True "$(python3 -c '
import json,sys
rows=[json.loads(line) for line in open(sys.argv[1])]
print(len(rows) >= 7 and all({"time","stream","level","text","sequence"} <= set(r) for r in rows) and
      [r["sequence"] for r in rows] == sorted(r["sequence"] for r in rows))' "$sandbox/lines.json")"
mcpm logs talk -o csv >"$sandbox/lines.csv"
same "CSV: a header and quoted text, never a formula" "'=cmd, \"quoted\"" "$(python3 -c '
import csv,sys
rows=list(csv.DictReader(open(sys.argv[1],newline="")))
print([r["text"] for r in rows if "quoted" in r["text"]][0])' "$sandbox/lines.csv")"

expect "export" 0 mcpm logs talk --export "$sandbox/exported" --no-notes
same "the whole log" 6 "$(grep -c . "$sandbox/exported")"
expect "export of what matches, as JSON" 0 mcpm logs talk --export "$sandbox/some" --level error -o json
same "one line" 1 "$(grep -c . "$sandbox/some")"
echo precious >"$sandbox/kept"
expect "export of a stranger" 4 mcpm logs ghost --export "$sandbox/kept"
same "leaves the file as it was" precious "$(cat "$sandbox/kept")"
expect "export to where nothing can be" 1 mcpm logs talk --export "$sandbox/no/where"

mcpm restart talk
until_true 10 eval 'mcpm logs talk --run 2 | found evil'
lines "both runs" 12 -n all
lines "the first run" 6 --run 1
lines "the last run" 6 --run -1
lines "the one before" 6 --run -2
expect "a run that never was" 4 mcpm logs talk --run 99
for wrong in "--tail many" "--since soon" "--grep [" "--level loud" "--stream stdin" "--run x" "-o xml" "--all -n 3" \
    "--follow --until 1m" "--follow -o csv"; do
    # shellcheck disable=SC2086
    expect "mcpm logs $wrong" 2 mcpm logs talk $wrong
done

mcpm add count --transport none -- "$fixtures/chatty" 0 50
mcpm start count
mcpm logs count -f -n 0 --no-notes >"$sandbox/followed" 2>/dev/null &
follower=$!
mcpm logs count -f -n 0 -t --no-notes >"$sandbox/timed" 2>/dev/null &
timed=$!
check "following brings what comes" until_true 10 eval '[ "$(grep -c line "$sandbox/followed")" -ge 5 ]'
expect "the agent is replaced" 0 mcpm agent restart
before=$(grep -c line "$sandbox/followed")
check "following goes on" until_true 20 eval '[ "$(grep -c line "$sandbox/followed")" -ge $((before + 10)) ]'
kill "$follower" "$timed"
wait "$follower" "$timed" 2>/dev/null
check "without a line lost or twice" python3 -c '
import sys
numbers=[int(line.split()[1]) for line in open(sys.argv[1]) if line.endswith("\n")]
# Two streams: each is in order by itself.
for parity in (0, 1):
    own=[n for n in numbers if n % 2 == parity]
    assert own == list(range(own[0], own[-1] + 1, 2)), own
' "$sandbox/followed"
check "-f -t: time to the nanosecond" grep -qE '\.[0-9]{6}[1-9][0-9]{2}Z |\.[0-9]{7}[1-9][0-9]Z |\.[0-9]{8}[1-9]Z ' "$sandbox/timed"
run bash -c 'mcpm logs count -f | head -n 2'
same "a reader that leaves ends the follower" 0 "$status"
run bash -c "set -m; mcpm logs count -f >/dev/null & sleep 1; kill -INT \$!; wait \$!"
same "interrupted: 130" 130 "$status"
mcpm stop count

expect "the agent ends" 0 mcpm agent stop
expect "logs are there without it" 0 mcpm logs talk --no-notes --run 1
same "the same lines" 6 "$(printf '%s\n' "$out" | grep -c .)"
has "and it is said" "agent is not running" "$err"
expect "filters too" 0 mcpm logs talk --no-notes --run 1 --level error
same "work" 1 "$(printf '%s\n' "$out" | grep -c .)"
expect "export too" 0 mcpm logs talk --no-notes --run 1 --export "$sandbox/offline"
same "works" 6 "$(grep -c . "$sandbox/offline")"
expect "following what does not run" 5 mcpm logs talk -f -n 1
expect "a stranger" 4 mcpm logs tlak
has "gets a suggestion" talk "$err"
expect "list" 0 mcpm list
has "says that it is old" "agent is not running" "$err"
expect "show" 0 mcpm show talk
same "nothing was started by looking" 5 "$(mcpm agent status >/dev/null 2>&1; echo $?)"
