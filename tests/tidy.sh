#!/usr/bin/env bash
# clang-tidy over our sources (not the tests), two at a time; what has not changed since it was last clean, nor any of our
# headers, is not read again.
#   tests/tidy.sh [FILE…]     all, several of a room in one go (cmake/unity.py), or only these, each alone
set -uo pipefail
cd "$(dirname "$0")/.."
command -v clang-tidy >/dev/null || { echo "skipped: clang-tidy is not installed"; exit 77; }
cmake --preset dev >/dev/null && cmake --preset tidy >/dev/null || exit 1
mkdir -p build/tidy/stamps
headers=$(git ls-files '*.hpp' .clang-tidy | xargs cat | sha256sum | cut -c1-16)
# A unit includes the sources that are read with it.
with_sources() {
    cat "$1"
    sed -n 's/^#include "\(\/.*\.cpp\)"$/\1/p' "$1" | xargs -rd '\n' cat
}
check() {
    local file=$1 stamp said status
    stamp="build/tidy/stamps/$(with_sources "$file" | sha256sum | cut -c1-16)-$headers$checks"
    [ -f "$stamp" ] && return 0
    # Findings come on stdout; stderr counts the ones left out, and says why when clang-tidy itself fails.
    # Flags of g++ that clang does not know are no finding.
    said=$(clang-tidy --quiet -p "$database" ${checks:+"--checks=-*,$checks"} --extra-arg=-Wno-unknown-warning-option "$file" \
        2>"$stamp.err")
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
export -f check with_sources
export headers database checks
# read_files DATABASE CHECKS FILE…     CHECKS: only these; none is all of .clang-tidy's
read_files() {
    database=build/$1 checks=$2
    printf '%s\n' "${@:3}" | xargs -P 2 -I{} bash -c 'check {}' || { echo "clang-tidy: findings above" >&2; exit 1; }
}
if [ $# -gt 0 ]; then
    read_files dev "" "$@"
else
    # What the build compiles of our rooms, each source in the unit that includes it.
    mapfile -t units < <(python3 - <<'END'
import json, os
for entry in json.load(open("build/tidy/compile_commands.json")):
    path = os.path.relpath(entry["file"])
    if path.startswith(("common/", "cli/", "agent/", "build/tidy/CMakeFiles/room_")):
        print(path)
END
)
    [ ${#units[@]} -gt 0 ] || { echo "no sources found" >&2; exit 1; }
    read_files tidy "" "${units[@]}"
    # The one check that looks only at the file it was given, never at what that includes.
    mapfile -t using < <(git grep -lE '^ *using [A-Za-z_:]*::[A-Za-z_]+;' -- 'common/*.cpp' 'cli/*.cpp' 'agent/*.cpp')
    read_files dev misc-unused-using-decls "${using[@]}"
fi
echo "clang-tidy: clean"
