#!/usr/bin/env bash
# Every artefact tried, one after another, after packaging/release.sh; what cannot be tried here says why.   all.sh [--all]
# --all: also what takes minutes (MCPM_TEST_ALL=1): systems by debootstrap, the release packed twice.
set -uo pipefail
cd "$(dirname "$0")"
case ${1:-} in
    --all) export MCPM_TEST_ALL=1 ;;
    "") ;;
    *) echo "all.sh: unknown option $1 (--all)" >&2; exit 2 ;;
esac
status=0
for story in cut_off sign release deb foreign tarball install newcomer docs user_units system_units chart cluster promote publish image compose workflows site; do
    echo "== $story"
    begun=$SECONDS
    bash "./$story.sh" || { code=$?; [ "$code" -eq 77 ] || status=1; }
    echo "   $story took $((SECONDS - begun)) s"
done
exit "$status"
