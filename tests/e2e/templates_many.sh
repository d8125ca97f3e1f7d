#!/usr/bin/env bash
# Templates as a person has them: installed with sample values by their locks, started, their tools listed, one of them called; each in a
# home of its own (templates/measure.py --check). With MCPM_TEST_ALL=1 (tests/run.sh --all) all that have a badge, of which at least 40 must
# start and answer; without it a few small ones that need no network once they are installed.
#   MCPM_TEMPLATES       these in place of all, by id     MCPM_TEMPLATE_LANES  how many at once (2)
#   MCPM_TEMPLATE_CACHE  where npm and pip keep what they fetched
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/real_packages.sh"

small=(calc sequential-thinking memory everything drawio exa)
if [ "${MCPM_TEST_ALL:-}" = 1 ]; then
    least=40
    mapfile -t chosen < <(mcpm template list -o json | json "chr(10).join(t['id'] for t in d if t.get('measured') and t['starts'] in ('offline', 'dummy-secret') and t['source']['kind'] in ('npm', 'pypi'))")
else
    least=${#small[@]}
    chosen=("${small[@]}")
    note "left out: all other templates (tests/run.sh --all starts them)"
fi
[ -n "${MCPM_TEMPLATES:-}" ] && read -ra chosen <<<"$MCPM_TEMPLATES"
check "there are enough of them: ${#chosen[@]}" test "${#chosen[@]}" -ge "$least"
mkdir -p "${MCPM_TEMPLATE_CACHE:=$sandbox/cache}"
one() { # ID: a line of measure.py, or what it failed with
    timeout 600 python3 "$MCPM_SOURCE_DIR/templates/measure.py" --check --cache "$MCPM_TEMPLATE_CACHE" "$1" 2>&1 | grep -m 1 -E '^(ok|FAILED) ' || echo "FAILED $1: no answer within ten minutes"
}
export -f one
export MCPM_TEMPLATE_CACHE
printf '%s\n' "${chosen[@]}" | xargs -P "${MCPM_TEMPLATE_LANES:-2}" -I{} bash -c 'one {}' | tee "$sandbox/answers" | sed -u 's/^/   /'
started=$(grep -c '^ok ' "$sandbox/answers")
called=$(grep '^ok ' "$sandbox/answers" | grep -vc 'called none$')
failed=$(grep -c '^FAILED ' "$sandbox/answers")
note "$started of ${#chosen[@]} started and listed, $called of them called, $failed failed"
same "each gave an answer" "${#chosen[@]}" "$((started + failed))"
check "at least $least were started" test "$started" -ge "$least"
check "and called" test "$called" -ge "$least"
