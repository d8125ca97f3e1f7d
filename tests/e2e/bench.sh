#!/usr/bin/env bash
# The benchmarks start on a machine where others listen at the usual ports, and say in a sentence why one of them cannot go on.
. "$(dirname "$0")/../support/sandbox.sh"
cd "$MCPM_SOURCE_DIR" || exit 1
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$MCPM_SOURCE_DIR/bench

note "an address of its own"
cat >"$sandbox/twice.py" <<'PYTHON'
import sys
from support import Mcpm
one, two = Mcpm(sys.argv[1]), Mcpm(sys.argv[1])
one.run("agent", "start")
two.run("agent", "start")
print(one.url() != two.url())
PYTHON
expect "two agents at once" 0 python3 "$sandbox/twice.py" "$MCPM_BUILD_DIR"
same "… each listens" True "$out"
cat >"$sandbox/off.py" <<'PYTHON'
import sys
from support import Mcpm
mcpm = Mcpm(sys.argv[1], {"MCPM_HTTP_LISTEN": "off"})
mcpm.run("agent", "start")
mcpm.url()
PYTHON
expect "one that listens nowhere" 1 python3 "$sandbox/off.py" "$MCPM_BUILD_DIR"
has "… is said to" "off.py: the agent listens at no TCP address (HTTP is off)" "$err"
same "… in one line" 1 "$(wc -l <<<"$err")"

note "failures"
for script in containers dashboard gateway logs recording store supervision; do
    mkdir -p "$sandbox/nothing"
    expect "$script without programs" 1 timeout 60 python3 "bench/$script.py" "$sandbox/nothing" "$sandbox/nothing"
    has_not "… no trace of calls" Traceback "$err"
    has "… but a reason" "$script.py: " "$err"
done
expect "install without programs" 1 bench/install --rounds 1 --build "$sandbox/nothing"
has "… and a reason" "install: " "$err"
expect "a failure is never written as figures of a release" 2 env MCPM_BUILD_DIR="$sandbox/nothing" bench/run store --write
has "… which is said" "--write is for the release build" "$err"
