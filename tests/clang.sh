#!/usr/bin/env bash
# Everything once more by clang++ (preset clang): the programs and the tests, with the warnings that g++ is given, all of them errors.
# Then the tests of the rooms run. A quarter of an hour on two cores with nothing in the cache; the other presets are g++'s.
set -uo pipefail
cd "$(dirname "$0")/.."
. tests/needs.sh
need_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}" clang || exit 1
log=build/clang/tests.log
cmake --preset clang >/dev/null && cmake --build --preset clang -- --quiet -k 0 || exit 1
status=0
ctest --test-dir build/clang -L 'unit|integration' --parallel "${CTEST_PARALLEL_LEVEL:-2}" --output-on-failure >"$log" 2>&1 || status=1
[ $status -eq 0 ] || grep -vE '^ +Start +[0-9]+:|\.\.\. +Passed ' "$log"
sed -n '/tests passed,/,$p' "$log"
exit $status
