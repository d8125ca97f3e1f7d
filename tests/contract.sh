#!/bin/bash
# The table of commands, the completions, the man pages, docs/cli.md and docs/api.md agree. What is checked in is what
# `mcpm __manual` writes; run `mcpm __manual .` after a change of the table.
set -u
source_dir=${MCPM_SOURCE_DIR:-$(cd "$(dirname "$0")/.." && pwd)}
mcpm=${MCPM_BUILD_DIR:-$source_dir/build/dev}/mcpm
[ -x "$mcpm" ] || { echo "skipped: $mcpm is not built"; exit 77; }
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/man" "$scratch/docs" "$scratch/completions"
"$mcpm" __manual "$scratch" || exit 1
failed=0
pages=$(cd "$scratch" && printf '%s\n' man/*)
[ "$pages" = "$(cd "$source_dir" && printf '%s\n' man/*)" ] || { echo "man/ has other pages than the table of commands"; failed=1; }
for file in $pages docs/cli.md docs/config.md docs/servers-keys.md docs/servers.schema.json completions/mcpm.bash completions/_mcpm completions/mcpm.fish; do
    diff -u "$source_dir/$file" "$scratch/$file" || { echo "$file is not what the table of commands says"; failed=1; }
done
bash -n "$scratch/completions/mcpm.bash" || failed=1
for shell in zsh fish; do
    command -v $shell >/dev/null || continue
    case $shell in zsh) $shell -n "$scratch/completions/_mcpm" ;; fish) $shell -n "$scratch/completions/mcpm.fish" ;; esac || failed=1
done
if command -v mandoc >/dev/null; then
    mandoc -T lint -W warning "$scratch"/man/* >"$scratch/lint" 2>&1
    # The date is the table's, and pages name one another before they are installed.
    grep -v 'referenced manual not found' "$scratch/lint" | grep . && failed=1
fi
# Every path of docs/api.md has a row in the table of routes.
routes=$source_dir/agent/api/routes.cpp
if [ -f "$routes" ]; then
    # Not those of the examples (blocks of code), which name servers: they are carried out by a story.
    sed '/^ *```/,/^ *```/d' "$source_dir/docs/api.md" | grep -oE '(/api|/health|/ready)[a-z/{}-]*' | sort -u | while read -r path; do
        case $path in */|/api) continue ;; esac
        grep -qF -- "${path#/api}" "$routes" || echo "$path of docs/api.md is not in routes.cpp"
    done >"$scratch/missing"
    if [ -s "$scratch/missing" ]; then cat "$scratch/missing"; failed=1; fi
fi
# What the documents name is there: files, headings, commands with their options, keys, variables.
python3 "$source_dir/tests/support/documents.py" "$source_dir" || failed=1
# The comparison has the figures of the last measurement, and says where each cell is from.
python3 "$source_dir/docs/site/comparison.py" "$source_dir/docs" --check || failed=1
# Every number of the gateway's checklist says which test covers it, and that test exists.
exists() { # NUMBER TEST
    local name=${2#*: }
    case $2 in
        e2e:\ * | faults:\ *) [ -f "$source_dir/tests/${2%%: *}/$name.sh" ] ;;
        gateway:\ *)
            [ -f "$source_dir/tests/e2e/gateway_$name.sh" ] &&
                grep -qE "(^|[^0-9.])$1([,)]| if )" "$source_dir/tests/e2e/gateway/$name.py" ;;
        unit/*:\ * | integration/*:\ *) grep -rqF "TEST_CASE(\"$name\"" "$source_dir/tests/${2%%: *}" ;;
        *) return 1 ;;
    esac
}
last=0
while IFS=$'\t' read -r number what where why; do
    case $number in '#'*) continue ;; esac
    last=$((last + 1))
    [ "$number" = $last ] || { echo "checklist.tsv: $number ($what) where $last should be"; failed=1; last=$number; }
    if [ "$where" = - ]; then
        [ -n "$why" ] || { echo "checklist.tsv: $number ($what) has neither a test nor a reason"; failed=1; }
        continue
    fi
    while read -r test; do
        exists "$number" "$test" || { echo "checklist.tsv: $number ($what): there is no '$test'"; failed=1; }
    done <<<"${where//; /$'\n'}"
done <"$source_dir/tests/checklist.tsv"
if grep -rnE --include='*.cpp' 'TEST_CASE(_FIXTURE|_TEMPLATE)?\("[^"]*;' "$source_dir/tests"; then
    echo "CTest splits a test's name at a semicolon and runs neither half"
    failed=1
fi
[ $last -eq 120 ] || { echo "checklist.tsv ends at $last, not at 120"; failed=1; }
exit $failed
