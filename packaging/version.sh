#!/usr/bin/env bash
# Prints the version of what is checked out: that of the build file, and when its commit has no tag of that version, which
# commit it is (0.1.0~git20261128.0123456789ab, which every packager sorts before 0.1.0).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
git=(git -c safe.directory="$here" -C "$here")
version=$(sed -n 's/^project(mcpm VERSION \([0-9.]*\).*/\1/p' "$here/CMakeLists.txt")
[ -n "$version" ] || { echo "version.sh: CMakeLists.txt names no version" >&2; exit 1; }
if [ -n "$("${git[@]}" tag --points-at HEAD --list "v$version")" ]; then
    echo "$version"
else
    echo "$version~git$("${git[@]}" log -1 --format=%cd --date=format:%Y%m%d).$("${git[@]}" log -1 --abbrev=12 --format=%h)"
fi
