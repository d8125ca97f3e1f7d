#!/usr/bin/env bash
# Runs every test: installs what they need, builds, runs the rooms' tests under the sanitizers, and ends with the whole
# suite by CTest, whose summary are the last lines.
#   tests/run.sh           everything
#   tests/run.sh --quick   without the sanitizer builds, the fuzzers and clang-tidy
#   tests/run.sh --all     everything, and two minutes of chaos in place of half a minute
# tests/coverage.sh runs on its own.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/needs.sh

quick=no
[ "${1:-}" = --quick ] && quick=yes
[ "${1:-}" = --all ] && export MCPM_CHAOS_SECONDS="${MCPM_CHAOS_SECONDS:-120}"
need_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
need_new_node
# A clone that belongs to another user (root in a container) is still this one: some gates ask git for its files.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=$PWD
export CCACHE_DIR="${CCACHE_DIR:-$PWD/build/ccache}" CTEST_PARALLEL_LEVEL="${CTEST_PARALLEL_LEVEL:-2}"

step() { printf '\n== %s (%s)\n' "$1" "$(date -u +%H:%M:%S)"; }

# run_tests PRESET ARGUMENT…     CTest's closing lines, and before them what failed with what it printed; the rest is in
# build/PRESET/tests.log. What failed beside others is run once more by itself, and is named as flaky when it passes then: a
# bug to be found, in the test or in the program, but no reason to throw away what is not concerned.
run_tests() {
    local preset=$1 log=build/$1/tests.log failed=build/$1/Testing/Temporary/LastTestsFailed.log
    shift
    rm -f "$failed"
    if ctest --preset "$preset" "$@" >"$log" 2>&1; then
        sed -n '/tests passed,/,$p' "$log"
        return 0
    fi
    grep -vE '^ +Start +[0-9]+:|\.\.\. +Passed ' "$log" || true
    [ -s "$failed" ] || return 1
    cp "$failed" "build/$preset/failed-first.log"
    step "once more, one at a time: what failed"
    ctest --preset "$preset" --rerun-failed --parallel 1 || return 1
    sed 's/^[0-9]*:/flaky, passed by itself: /' "build/$preset/failed-first.log"
}

step "build (dev)"
cmake --preset dev >/dev/null
cmake --build --preset dev -- --quiet

step "a container engine"
engine() { MCPM_BUILD_DIR=$PWD/build/dev MCPM_SOURCE_DIR=$PWD tests/support/engine.sh "$1"; }
trap 'engine down' EXIT
engine up || [ $? -eq 77 ] # what needs one is left out then, and says so; in CI it is a failure

if [ "$quick" = no ]; then
    need_packages "${CHECK_PACKAGES[@]}"
    step "build and test the rooms under ASan and UBSan"
    cmake --preset asan >/dev/null
    cmake --build --preset asan --target unit_tests integration_tests -- --quiet
    run_tests asan -L 'unit|integration'
    step "test the rooms with threads under TSan"
    cmake --preset tsan >/dev/null
    cmake --build --preset tsan --target unit_async unit_store unit_logs integration_store integration_logs -- --quiet
    run_tests tsan -R '^(unit|integration)/(async|store|logs):'
    step "fuzz the parsers, a few seconds each"
    FUZZ_SEED=1 tests/fuzz.sh 5
    step "clang-tidy"
    tests/tidy.sh
fi

step "every test (dev)"
# One more than the cores of a small machine: stories wait more than they compute.
run_tests dev --parallel "$((CTEST_PARALLEL_LEVEL + 1))"
