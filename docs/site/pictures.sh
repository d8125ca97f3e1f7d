#!/usr/bin/env bash
# The pictures of docs/tour.md, small enough to be kept in the repository: docs/site/pictures.sh [FOLDER] (default docs/images).
# Those of screenshots.sh that the page names, as WebP. MCPM_BUILD_DIR is as there.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/needs.sh"
need_packages webp
out=${1:-$root/docs/images}
names=$(grep -oE 'images/[a-z-]+\.webp' "$root/docs/tour.md" | sed 's|images/||; s|\.webp||' | sort -u)
taken=$(mktemp -d)
trap 'rm -rf "$taken"' EXIT
ONLY="^($(tr '\n' '|' <<<"$names" | sed 's/|$//'))\$" bash "$root/docs/site/screenshots.sh" "$taken"
mkdir -p "$out"
for name in $names; do cwebp -quiet -q 80 -m 6 -metadata none "$taken/$name.png" -o "$out/$name.webp"; done
du -ch "$out"/*.webp | tail -n 1
