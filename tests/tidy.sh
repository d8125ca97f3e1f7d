#!/usr/bin/env bash
# clang-tidy over our sources (not the tests), two at a time; a file that has not changed since it was last clean, nor any
# of our headers, is not read again.
#   tests/tidy.sh [FILE…]     all, or only these
set -uo pipefail
cd "$(dirname "$0")/.."
command -v clang-tidy >/dev/null || { echo "skipped: clang-tidy is not installed"; exit 77; }
[ -f build/dev/compile_commands.json ] || { echo "build the preset dev first" >&2; exit 1; }
mkdir -p build/tidy
headers=$(git ls-files '*.hpp' .clang-tidy | xargs cat | sha256sum | cut -c1-16)
check() {
    local file=$1 stamp said status
    stamp="build/tidy/$(cat "$file" | sha256sum | cut -c1-16)-$headers"
    [ -f "$stamp" ] && return 0
    # Findings come on stdout; stderr counts the ones left out, and says why when clang-tidy itself fails.
    # Flags of g++ that clang does not know are no finding.
    said=$(clang-tidy --quiet -p build/dev --extra-arg=-Wno-unknown-warning-option "$file" 2>"$stamp.err")
    status=$?
    if [ "$status" -eq 0 ] && [ -z "$said" ]; then
        rm -f "$stamp.err"
        touch "$stamp"
        return 0
    fi
    printf '%s\n' "== $file" "$said"
    grep -vE '^[0-9]+ warnings? (generated|treated)' "$stamp.err"
    rm -f "$stamp.err"
    return 1
}
export -f check
export headers
files=("$@")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(git ls-files 'common/*.cpp' 'cli/*.cpp' 'agent/*.cpp')
printf '%s\n' "${files[@]}" | xargs -P 2 -I{} bash -c 'check {}' || { echo "clang-tidy: findings above" >&2; exit 1; }
echo "clang-tidy: clean"
