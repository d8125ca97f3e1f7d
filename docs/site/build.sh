#!/usr/bin/env bash
# Builds the documentation as a site, by VitePress at the version of the lock file:   docs/site/build.sh [OUT]
# OUT (default build/site) can be opened from any web server, and is searched without a network. A link that leads nowhere is an error.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
out=${1:-$here/build/site}
case $out in /*) ;; *) out=$PWD/$out ;; esac
# shellcheck source=tests/needs.sh
. "$here/tests/needs.sh"
need_node
work=$here/build/docs
mkdir -p "$work"
cmp -s "$here/docs/site/package-lock.json" "$work/.installed" || {
    cp "$here/docs/site/package.json" "$here/docs/site/package-lock.json" "$work/"
    (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=3 --cache "$here/build/npm/cache")
    cp "$here/docs/site/package-lock.json" "$work/.installed"
}
rm -rf "$work/pages" && mkdir -p "$work/pages/.vitepress"
cp "$here"/docs/*.md "$work/pages/"
cp "$here/CONTRIBUTING.md" "$work/pages/contributing.md" # the guide of who changes mcpm
cp -r "$here/docs/images" "$work/pages/"
cp "$here/docs/site/.vitepress/config.mjs" "$work/pages/.vitepress/"
python3 "$here/docs/site/pages.py" "$here" "$work/pages"
ln -sfn ../../node_modules "$work/pages/.vitepress/node_modules" 2>/dev/null || true
rm -rf "$out"
(cd "$work" && ESBUILD_WORKER_THREADS=0 node node_modules/vitepress/bin/vitepress.js build pages --outDir "$out")
echo "$out: $(find "$out" -name '*.html' | wc -l) pages, $(du -sh "$out" | cut -f1)"
