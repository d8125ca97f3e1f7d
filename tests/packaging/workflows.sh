#!/usr/bin/env bash
# The workflows are valid (actionlint), their actions are pinned by the hash of a commit, they hold no logic of their own: a step is a
# script that is here. They may write what the table below says and nothing else. With MCPM_TEST_ALL=1 zizmor looks for holes in them.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/packaging/words.sh
. tests/needs.sh
may_write() { # WORKFLOW
    case $1 in
        codeql) echo security-events ;;
        docs) echo id-token pages ;;
        drafter) echo contents ;;
        release) echo contents packages ;;
    esac
}
prepared='apt-get update -qq && apt-get install -y -qq [a-z -]+'
for file in .github/workflows/*.yml; do
    name=$(basename "$file" .yml)
    loose=$(grep -nE 'uses: ' "$file" | grep -vE '@[0-9a-f]{40} # v[0-9]')
    same "$name: every action is pinned" "" "$loose"
    same "and its rights begin with reading" 1 "$(grep -c '^permissions: { contents: read }$' "$file")"
    same "what a job may write is known here" "$(may_write "$name")" "$(grep -oE '[a-z-]+: write' "$file" | sed 's/: write//' | sort -u | paste -sd ' ')"
    same "and says what for" "" "$(grep 'permissions: .*write' "$file" | grep -v ' # ')"
    same "each step is a script" "" "$(grep -E '\brun:' "$file" | grep -vxE " +- run: (bash [^|&;<>]+|$prepared)")"
    same "nothing that others write becomes a part of a command" "" "$(grep -E '\brun:.*\$\{\{' "$file")"
    same "no step keeps the token for the next one" "$(grep -c 'actions/checkout@' "$file")" "$(grep -c 'persist-credentials: false' "$file")"
    while IFS= read -r script; do
        expect "it calls $script, which is here" 0 test -f "$script"
    done < <(grep -oE 'bash [A-Za-z0-9_./-]+' "$file" | awk '{print $2}' | sort -u)
done
if need_go_program actionlint github.com/rhysd/actionlint/cmd/actionlint@v1.7.7; then
    expect "actionlint has nothing to say" 0 actionlint -shellcheck= -pyflakes= .github/workflows/*.yml
else
    bad "actionlint cannot be had"
fi
if [ -n "${MCPM_TEST_ALL:-}" ]; then
    need_python zizmor || exit 1
    expect "nor has zizmor" 0 "${python%/*}/zizmor" --offline --quiet .github
else
    echo "note: zizmor was not asked, it is fetched from PyPI: MCPM_TEST_ALL=1"
fi
finish
