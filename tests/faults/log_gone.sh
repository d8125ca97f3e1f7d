#!/usr/bin/env bash
# The log file is deleted, or its folder, while it is written; the clock stands before the last line: nothing is lost uncounted,
# and what is written can be read.
. "$(dirname "$0")/../support/sandbox.sh"

cat >"$sandbox/counts.py" <<'P'
import sys, time
for n in range(1, 100000):
    print(f"line {n}", file=sys.stderr, flush=True); time.sleep(0.01)
P
mcpm add counts --transport none -- python3 "$sandbox/counts.py" && mcpm start counts
id=$(field counts id)
sleep 1
rm -f "$state/logs/$id"/*.log
sleep 1
first=$(mcpm logs counts --tail all --no-notes | head -n 1 | sed 's/.*line //')
last=$(mcpm logs counts --tail all --no-notes | tail -n 1 | sed 's/.*line //')
same "after the file was deleted no line is missing" "$((last - first + 1))" "$(mcpm logs counts --tail all --no-notes | sed "/line $last\$/q" | wc -l | tr -d ' ')"
has "and the log says from where on it is anew" "begins anew" "$(mcpm logs counts --tail all)"
mv "$state/logs/$id" "$sandbox/moved"
until_true 10 test -d "$state/logs/$id"
check "a folder that was moved away is made again" test -d "$state/logs/$id"
mcpm stop counts
rm -rf "$data/servers"
expect "without the folder of the servers' folders a server starts" 0 mcpm start counts
mcpm stop counts && mcpm agent stop

# As after a clock that was set back by an hour: the last line carries a time to come.
python3 - "$state/logs/$id" <<'P'
import datetime, glob, os, sys
path = sorted(glob.glob(os.path.join(sys.argv[1], "0*.log")))[-1]
later = (datetime.datetime.utcnow() + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000000000Z")
lines = open(path).read().splitlines()
lines[-1] = later + lines[-1][len(later):]
open(path, "w").write("\n".join(lines) + "\n")
P
mcpm start counts
until_true 10 eval 'mcpm logs counts --run -1 | found "line 5"'
expect "with the clock before the last line, logs prints" 0 mcpm logs counts --run -1
has "what was written since" "line 5" "$out"
has "and why the time stands still" "the clock was set back" "$(mcpm logs counts --tail all)"
timeout 3 mcpm logs counts -f -n 1 >"$sandbox/followed"
check "and a follower hears it" grep -q line "$sandbox/followed"
