#!/usr/bin/env bash
# Line coverage: builds the preset coverage, runs unit and integration tests and the tour with its programs, and prints the
# coverage of each room, the worst files and the total.
#   tests/coverage.sh [--report]     --report: from what the last run left, without running anything
set -uo pipefail
cd "$(dirname "$0")/.."
export CTEST_PARALLEL_LEVEL="${CTEST_PARALLEL_LEVEL:-2}"
status=0
if [ "${1:-}" != --report ]; then
    cmake --preset coverage >/dev/null && cmake --build --preset coverage -- --quiet || exit 1
    find build/coverage -name '*.gcda' -delete
    ctest --preset coverage -L 'unit|integration' | tail -n 20 || status=1
    ctest --preset coverage -R '^e2e: tour$' | tail -n 20 || status=1
fi
python3 tests/coverage.py build/coverage || status=1
exit $status
