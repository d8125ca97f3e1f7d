#!/usr/bin/env bash
# Runs every test: installs what they need, builds, runs the rooms' tests under the sanitizers, and ends with the whole
# suite by CTest, whose summary are the last lines; before them, what each step took and what it may take.
#   tests/run.sh           everything that is looked at for each change; clang-tidy reads what changed, and all in CI
#   tests/run.sh --quick   without the sanitizer builds, the fuzzers and clang-tidy
#   tests/run.sh --all     also what takes too long for each change: every file by itself, clang-tidy of all, a release build,
#                          a minute of each fuzzer, two minutes of chaos in place of half a minute, coverage, and the real
#                          clients that are compiled or installed for minutes (Go, Rust, Java, LangChain, mcp-use, FastMCP)
# Compiled objects are kept in ccache's own folder (CCACHE_DIR), the same for every clone, and so is what clang-tidy found clean.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/needs.sh

level=usual
case ${1:-} in
    --quick) level=quick ;;
    --all) level=all; export MCPM_CHAOS_SECONDS="${MCPM_CHAOS_SECONDS:-120}" MCPM_TEST_ALL=1 ;;
    "") ;;
    *) echo "tests/run.sh: unknown option $1 (--quick, --all)" >&2; exit 2 ;;
esac
need_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
need_new_node
# A clone that belongs to another user (root in a container) is still this one: some gates ask git for its files.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=$PWD
export CTEST_PARALLEL_LEVEL="${CTEST_PARALLEL_LEVEL:-2}"

# What each step took, and what it may take on two cores with nothing in any cache. More than that is said, and is no failure.
took=() name="" budget=0 began=0
clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }
row() { # NAME SECONDS MINUTES
    printf '%-52s %6s of %5s%s' "$1" "$(clock "$2")" "$(clock $(($3 * 60)))" "$([ "$2" -gt $(($3 * 60)) ] && echo '   over its budget')"
}
end_step() {
    [ -n "$name" ] || return 0
    took+=("$(row "$name" $((SECONDS - began)) "$budget")")
    printf '   %s took %s\n' "$name" "$(clock $((SECONDS - began)))"
    name=""
}
step() { # NAME MINUTES
    end_step
    name=$1 budget=$2 began=$SECONDS
    printf '\n== %s (%s)\n' "$1" "$(date -u +%H:%M:%S)"
}
say_times() {
    end_step
    [ ${#took[@]} -gt 0 ] || return 0
    printf '\n== what each step took\n'
    printf '%s\n' "${took[@]}" "$(row "all of it" "$SECONDS" "$([ $level = all ] && echo 120 || echo 35)")"
    took=()
}
engine() { MCPM_BUILD_DIR=$PWD/build/dev MCPM_SOURCE_DIR=$PWD tests/support/engine.sh "$1"; }
trap 'say_times; engine down' EXIT

# run_tests PRESET ARGUMENT…     CTest's closing lines, and before them what failed with what it printed; the rest is in
# build/PRESET/tests.log. What failed beside others is run once more by itself, and is named as flaky when it passes then: a
# bug to be found, in the test or in the program, but no reason to throw away what is not concerned. The closing lines are in
# build/PRESET/closing.log, for who wants them last.
run_tests() {
    local preset=$1 log=build/$1/tests.log failed=build/$1/Testing/Temporary/LastTestsFailed.log
    shift
    rm -f "$failed"
    : >"build/$preset/closing.log"
    if ctest --preset "$preset" "$@" >"$log" 2>&1; then
        sed -n '/tests passed,/,$p' "$log" | tee "build/$preset/closing.log"
        return 0
    fi
    grep -vE '^ +Start +[0-9]+:|\.\.\. +Passed ' "$log" || true
    [ -s "$failed" ] || return 1
    cp "$failed" "build/$preset/failed-first.log"
    printf '\n-- once more, one at a time: what failed\n'
    ctest --preset "$preset" --rerun-failed --parallel 1 | tee "build/$preset/closing.log" || return 1
    sed 's/^[0-9]*:/flaky, passed by itself: /' "build/$preset/failed-first.log" | tee -a "build/$preset/closing.log"
}

step "build (dev)" 7
cmake --preset dev >/dev/null
cmake --build --preset dev -- --quiet

step "a container engine" 1
engine up || [ $? -eq 77 ] # what needs one is left out then, and says so; in CI it is a failure

if [ "$level" != quick ]; then
    need_packages "${CHECK_PACKAGES[@]}"
    step "what changed includes what it uses" 2
    if [ "$level" = all ]; then tests/alone.sh --all; else tests/alone.sh; fi
    step "build and test the rooms under ASan and UBSan" 8
    cmake --preset asan >/dev/null
    cmake --build --preset asan --target unit_tests integration_tests -- --quiet
    run_tests asan -L 'unit|integration'
    step "test the rooms with threads under TSan" 3
    cmake --preset tsan >/dev/null
    cmake --build --preset tsan --target unit_async unit_store unit_logs integration_store integration_logs -- --quiet
    run_tests tsan -R '^(unit|integration)/(async|store|logs):'
    step "fuzz the parsers" 3
    FUZZ_SEED=1 tests/fuzz.sh "$([ "$level" = all ] && echo 60 || echo 5)"
    step "clang-tidy" 7
    if [ "$level" = all ] || [ -n "${CI:-}" ]; then tests/tidy.sh; else tests/tidy.sh --changed; fi
fi
if [ "$level" = all ]; then
    step "build (release)" 9
    cmake --preset release >/dev/null
    cmake --build --preset release --target mcpm mcpmd -- --quiet
    step "coverage" 30
    tests/coverage.sh
fi

step "every test (dev)" 9
# One more than the cores of a small machine: stories wait more than they compute.
status=0
run_tests dev --parallel "$((CTEST_PARALLEL_LEVEL + 1))" >build/dev/said.log || status=1
head -n "-$(wc -l <build/dev/closing.log)" build/dev/said.log
say_times
echo
cat build/dev/closing.log
exit "$status"
