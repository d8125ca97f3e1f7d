#!/usr/bin/env bash
# clang-tidy over our sources (not the tests), two at a time. What was clean once, with the same text, the same headers of ours
# and the same checks, is not read again, in whatever clone: ~/.cache/mcpm-tidy (MCPM_TIDY_CACHE) remembers it.
#   tests/tidy.sh              all, several of a room in one go (cmake/unity.py)
#   tests/tidy.sh --changed    what changed against the merge base (tests/changed.sh), each alone
#   tests/tidy.sh FILE…        these, each alone
set -uo pipefail
cd "$(dirname "$0")/.."
. tests/changed.sh
command -v clang-tidy >/dev/null || { echo "skipped: clang-tidy is not installed"; exit 77; }
cmake --preset dev >/dev/null && cmake --preset alone >/dev/null || exit 1
stamps=${MCPM_TIDY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mcpm-tidy}
mkdir -p "$stamps" || exit 1
find "$stamps" -type f -mtime +60 -delete
check() {
    local file=$1 stamp=$stamps/$2 said status
    [ -f "$stamp" ] && { touch "$stamp"; return 0; }
    # Findings come on stdout; stderr counts the ones left out, and says why when clang-tidy itself fails.
    # Flags of g++ that clang does not know are no finding.
    said=$(clang-tidy --quiet -p "build/$database" ${checks:+"--checks=-*,$checks"} --extra-arg=-Wno-unknown-warning-option "$file" \
        2>"$stamp.$$")
    status=$?
    if [ "$status" -eq 0 ] && [ -z "$said" ]; then
        mv "$stamp.$$" "$stamp" && : >"$stamp"
        return 0
    fi
    printf '%s\n' "== $file" "$said"
    grep -vE '^[0-9]+ warnings? (generated|treated)' "$stamp.$$"
    rm -f "$stamp.$$"
    return 1
}
export -f check
export stamps database checks
# read_files DATABASE CHECKS FILE…     CHECKS: only these; none is all of .clang-tidy's
read_files() {
    database=$1 checks=$2
    printf '%s\n' "${@:3}" | python3 tests/tidy_keys.py "build/$database" "$checks" "$(cat .clang-tidy)" "$(clang-tidy --version)" |
        xargs -P 2 -L 1 bash -c 'check "$1" "$2"' _ || { echo "clang-tidy: findings above" >&2; exit 1; }
}
if [ "${1:-}" = --changed ]; then
    # A header is read with the source of its name.
    mapfile -t files < <(changed_files 'common/*.?pp' 'cli/*.?pp' 'agent/*.?pp' | sed 's/\.hpp$/.cpp/' | sort -u |
        while IFS= read -r file; do [ -f "$file" ] && echo "$file"; done)
    [ ${#files[@]} -gt 0 ] && read_files alone "" "${files[@]}"
elif [ $# -gt 0 ]; then
    read_files alone "" "$@"
else
    # What the build compiles of our rooms, each source in the unit that includes it.
    mapfile -t units < <(python3 - <<'END'
import json, os
for entry in json.load(open("build/dev/compile_commands.json")):
    path = os.path.relpath(entry["file"])
    if path.startswith(("common/", "cli/", "agent/", "build/dev/unity/room_")):
        print(path)
END
)
    [ ${#units[@]} -gt 0 ] || { echo "no sources found" >&2; exit 1; }
    read_files dev "" "${units[@]}"
    # The one check that looks only at the file it was given, never at what that includes.
    mapfile -t using < <(git grep -lE '^ *using [A-Za-z_:]*::[A-Za-z_]+;' -- 'common/*.cpp' 'cli/*.cpp' 'agent/*.cpp')
    read_files alone misc-unused-using-decls "${using[@]}"
fi
echo "clang-tidy: clean"
