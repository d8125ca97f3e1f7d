#!/usr/bin/env bash
# The documentation becomes a site: every link leads somewhere, every page of docs/ is in it, and its search needs no network.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/packaging/words.sh
expect "it is built, and no link is dead" 0 bash docs/site/build.sh
for page in docs/*.md; do
    expect "$(basename "$page") is a page of it" 0 test -s "build/site/$(basename "$page" .md).html"
    expect "and is found in its menu" 0 grep -q "\"/$(basename "$page" .md)\"" docs/site/.vitepress/config.mjs
done
same "nothing is fetched from elsewhere" "" "$(grep -rhoE '<(script|link|img)[^>]+(src|href)="https?://[^"]+' build/site --include='*.html' | sort -u)"
expect "what is searched is in it" 0 bash -c 'grep -rlq "supergateway" build/site/assets/chunks'
finish
