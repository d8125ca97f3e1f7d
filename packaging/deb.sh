#!/usr/bin/env bash
# Builds the Debian package of the commit that is checked out (not of what is changed and not committed), in a folder of its
# own, and asks lintian. The same commit gives the same bytes, wherever it is built.
#
#   packaging/deb.sh [--arch amd64|arm64] [--out DIR] [--programs DIR] [--no-lintian]
#
# --arch         for which machine (default: this one); another one is built by its cross compiler
# --out DIR      where the .deb goes (default build/packages)
# --programs DIR a build folder of the preset release: its programs are packed and nothing is compiled
set -euo pipefail
umask 022 # whoever builds it, and wherever, in the same words
export LC_ALL=C.UTF-8 TZ=UTC
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
arch=$(dpkg --print-architecture)
out=$here/build/packages
programs=""
lint=yes

usage() { sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
wrong() { echo "deb.sh: $1" >&2; usage >&2; exit 2; }
while [ $# -gt 0 ]; do
    case $1 in
        --arch) [ $# -ge 2 ] || wrong "--arch needs a value"; arch=$2; shift 2 ;;
        --out) [ $# -ge 2 ] || wrong "--out needs a folder"; out=$2; shift 2 ;;
        --programs) [ $# -ge 2 ] || wrong "--programs needs a folder"; programs=$2; shift 2 ;;
        --no-lintian) lint=no; shift ;;
        -h | --help) usage; exit 0 ;;
        *) wrong "unknown option $1" ;;
    esac
done
case $arch in amd64 | arm64) ;; *) wrong "no packages are made for $arch" ;; esac
if [ -n "$programs" ]; then
    for file in mcpm mcpmd dashboard/licences.txt; do [ -f "$programs/$file" ] || wrong "no $file in $programs"; done
    programs=$(cd "$programs" && pwd)
fi

# shellcheck source=tests/needs.sh
. "$here/tests/needs.sh"
need_packages "${BUILD_PACKAGES[@]}" git dpkg-dev debhelper fakeroot python3
need_node
cross=()
if [ "$arch" != "$(dpkg --print-architecture)" ]; then
    need_foreign_build "$arch"
    cross=(-a "$arch" -d)
    export MCPM_CMAKE=$foreign_options
fi

git=(git -c safe.directory="$here" -C "$here")
version=$(bash "$here/packaging/version.sh")
MCPM_COMMIT=$("${git[@]}" log -1 --abbrev=12 --format=%h)
MCPM_DATE=$("${git[@]}" log -1 --format=%cs)
SOURCE_DATE_EPOCH=$("${git[@]}" log -1 --format=%ct)
if [ -n "$programs" ]; then # they say what they are of
    said=$("$programs/mcpm" version --short 2>/dev/null || "$programs/mcpm" version)
    [[ $said =~ \(([0-9a-f]{12}),\ ([0-9-]{10})\) ]] || { echo "deb.sh: the programs in $programs name no commit; was it the preset release?" >&2; exit 1; }
    [ "${BASH_REMATCH[1]}" = "$MCPM_COMMIT" ] || echo "deb.sh: note: the programs are of commit ${BASH_REMATCH[1]}, everything else is of $MCPM_COMMIT" >&2
    MCPM_COMMIT=${BASH_REMATCH[1]} MCPM_DATE=${BASH_REMATCH[2]}
fi
export MCPM_COMMIT MCPM_DATE SOURCE_DATE_EPOCH MCPM_PROGRAMS=$programs

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source=$work/mcpm-$version
mkdir "$source"
"${git[@]}" archive HEAD | tar -x -C "$source"
cp -r "$source/packaging/debian" "$source/debian"
mkdir "$source/debian/source"
mv "$source/debian/source-format" "$source/debian/source/format"
cp "$source/packaging/systemd/sysusers.conf" "$source/debian/mcpm.sysusers"
cat >"$source/debian/changelog" <<END
mcpm ($version) unstable; urgency=medium

  * Built from commit $MCPM_COMMIT; CHANGELOG.md.gz says what changed.

 -- MCP Manager Team <team@mcpmanager.io>  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
END

# -d: node and npm may be there without being Debian's.
(cd "$source" && dpkg-buildpackage -b -us -uc -d "${cross[@]}" >"$work/build.log" 2>&1) || { tail -n 60 "$work/build.log" >&2; exit 1; }
mkdir -p "$out"
package=$work/mcpm_${version}_$arch.deb
cp "$package" "$out/"
if [ "$lint" = yes ]; then
    need_packages lintian
    lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs --allow-root "$package"
fi
echo "$out/$(basename "$package")"
