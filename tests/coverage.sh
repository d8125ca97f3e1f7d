#!/usr/bin/env bash
# Coverage: builds the preset coverage, runs the rooms' tests and the stories with its programs, and prints which lines, functions and
# branches of each room were run, the worst files and the total. Half an hour; a program that a story kills writes nothing of what it ran.
#   tests/coverage.sh [--report]     --report: from what the last run left, without running anything
set -uo pipefail
cd "$(dirname "$0")/.."
export CTEST_PARALLEL_LEVEL="${CTEST_PARALLEL_LEVEL:-2}"
status=0
if [ "${1:-}" != --report ]; then
    cmake --preset coverage >/dev/null && cmake --build --preset coverage -- --quiet || exit 1
    find build/coverage -name '*.gcda' -delete
    # One for all: a story that starts its own leaves it behind, which it then says.
    engine() { MCPM_BUILD_DIR=$PWD/build/coverage MCPM_SOURCE_DIR=$PWD tests/support/engine.sh "$1"; }
    trap 'engine down' EXIT
    engine up
    ctest --preset coverage -L 'unit|integration|e2e' >build/coverage/tests.log 2>&1 || status=1
    sed -n '/tests passed,/,$p' build/coverage/tests.log
fi
python3 tests/coverage.py build/coverage 90 || status=1
exit $status
