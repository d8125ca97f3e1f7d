#!/usr/bin/env bash
# clang-tidy over our sources (not the tests), two at a time; a file that has not changed since it was last clean, nor any
# of our headers, is not read again.
set -uo pipefail
cd "$(dirname "$0")/.."
command -v clang-tidy >/dev/null || { echo "skipped: clang-tidy is not installed"; exit 77; }
[ -f build/dev/compile_commands.json ] || { echo "build the preset dev first" >&2; exit 1; }
mkdir -p build/tidy
headers=$(git ls-files '*.hpp' .clang-tidy | xargs cat | sha256sum | cut -c1-16)
check() {
    local file=$1 stamp
    stamp="build/tidy/$(cat "$file" | sha256sum | cut -c1-16)-$headers"
    [ -f "$stamp" ] && return 0
    clang-tidy --quiet -p build/dev "$file" 2>/dev/null && touch "$stamp"
}
export -f check
export headers
git ls-files 'common/*.cpp' 'cli/*.cpp' 'agent/*.cpp' | xargs -r -P 2 -I{} bash -c 'check {}' || { echo "clang-tidy: findings above" >&2; exit 1; }
echo "clang-tidy: clean"
