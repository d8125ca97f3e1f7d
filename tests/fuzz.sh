#!/usr/bin/env bash
# Builds every fuzzer (preset fuzz) and runs each over its corpus, and on from there, for a few seconds; two at a time.
#   tests/fuzz.sh [SECONDS [NAME…]]     5 seconds each, all of them
# FUZZ_SEED=N makes a run like the one before it; without it each is another. What breaks one is kept in build/fuzz/found/.
# To add a fuzzer: tests/fuzz/NAME.cpp, and seeds in tests/fuzz/corpus/NAME/.
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5}
shift || true
cmake --preset fuzz >/dev/null && cmake --build --preset fuzz -- --quiet || exit 1
export seconds
mkdir -p build/fuzz/found
fuzz() {
    local name=$1 corpus=build/fuzz/corpus/$1 log=build/fuzz/found/$1.log
    mkdir -p "$corpus"
    local seeds=()
    [ -d "tests/fuzz/corpus/$name" ] && seeds=("tests/fuzz/corpus/$name")
    # -timeout is for one input, -max_total_time for the run; the outer limit is for a fuzzer that hangs in neither.
    if timeout -k 5 $((seconds + 60)) "build/fuzz/fuzzers/fuzz_$name" -max_total_time="$seconds" -seed="${FUZZ_SEED:-0}" -timeout=10 -rss_limit_mb=1024 \
        -max_len=4096 -artifact_prefix="build/fuzz/found/$name-" "$corpus" "${seeds[@]}" >"$log" 2>&1; then
        printf 'ok %s (%s)\n' "$name" "$(grep -oE '^Done [0-9]+ runs' "$log" | tail -n 1)"
    else
        printf 'FAILED %s\n' "$name"
        tail -n 40 "$log"
        return 1
    fi
}
export -f fuzz
names=("$@")
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(for source in tests/fuzz/*.cpp; do basename "$source" .cpp; done)
printf '%s\n' "${names[@]}" | xargs -P 2 -I{} bash -c 'fuzz {}' || { echo "fuzzers: findings above" >&2; exit 1; }
