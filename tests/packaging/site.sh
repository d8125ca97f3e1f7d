#!/usr/bin/env bash
# The documentation becomes a site: every link leads somewhere, every page of docs/ is in it, with its pictures, and its search needs no
# network. A recording is made of a real run, where the programs are built ($MCPM_BUILD_DIR, else build/dev).
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/packaging/words.sh
expect "it is built, and no link is dead" 0 bash docs/site/build.sh
for page in docs/*.md; do
    expect "$(basename "$page") is a page of it" 0 test -s "build/site/$(basename "$page" .md).html"
    expect "and is found in its menu" 0 grep -q "\"/$(basename "$page" .md)\"" docs/site/.vitepress/config.mjs
done
expect "so is the guide of who changes it" 0 test -s build/site/contributing.html
expect "which the architecture leads to" 0 grep -q 'href="[./]*contributing.html"' build/site/architecture.html
expect "the plots are of the tables of docs/performance.md" 0 python3 docs/site/plots.py docs/performance.md docs/images --check
for picture in docs/images/*; do
    expect "$(basename "$picture") is shown on a page" 0 grep -rq "images/$(basename "$picture")" docs README.md --include='*.md'
    stem=$(basename "$picture")
    expect "and is in the site" 0 bash -c 'ls build/site/assets | grep -q "^'"${stem%.*}"'\..*"'
done
same "pictures are small" "" "$(find docs/images -size +80k)"
same "nothing is fetched from elsewhere" "" "$(grep -rhoE '<(script|link|img)[^>]+(src|href)="https?://[^"]+' build/site --include='*.html' | sort -u)"
expect "what is searched is in it" 0 bash -c 'grep -rlq "supergateway" build/site/assets/chunks'
build=${MCPM_BUILD_DIR:-$PWD/build/dev}
if [ -x "$build/mcpmd" ]; then
    folder=$(mktemp -d)
    clean() { rm -rf "$folder"; }
    printf '%s\n' 'mcpm add hello --start -- /bin/cat' 'mcpm list' >"$folder/commands"
    expect "a terminal is recorded" 0 env MCPM_BUILD_DIR="$build" bash docs/site/recording.sh "$folder/out.svg" "$folder/commands"
    expect "as a picture" 0 python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$folder/out.svg"
    drawn=$(sed 's/<[^>]*>//g' "$folder/out.svg" | tr -d ' \n')
    has "with what was typed" '$mcpmlist' "$drawn"
    has "and what was said" MCPM-E209 "$drawn"
else
    echo "note: $build/mcpmd is not built; no terminal was recorded"
fi
finish
