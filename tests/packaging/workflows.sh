#!/usr/bin/env bash
# The workflows are valid (actionlint), their actions are pinned by the hash of a commit, and every script they call is here.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/packaging/words.sh
. tests/needs.sh
for file in .github/workflows/*.yml; do
    loose=$(grep -nE 'uses: ' "$file" | grep -vE '@[0-9a-f]{40} # v[0-9]')
    same "$(basename "$file"): every action is pinned" "" "$loose"
    has "and its rights begin with reading" "permissions: { contents: read }" "$(cat "$file")"
    while IFS= read -r script; do
        expect "it calls $script, which is here" 0 test -f "$script"
    done < <(grep -oE 'bash [A-Za-z0-9_./-]+' "$file" | awk '{print $2}' | sort -u)
done
if need_go_program actionlint github.com/rhysd/actionlint/cmd/actionlint@v1.7.7; then
    expect "actionlint has nothing to say" 0 actionlint -shellcheck= -pyflakes= .github/workflows/*.yml
else
    bad "actionlint cannot be had"
fi
finish
