#!/usr/bin/env bash
# Makes everything that a release consists of, from the commit that is checked out, into build/packages:
#   mcpm_VERSION_ARCH.deb, mcpm-VERSION-linux-ARCH.tar.gz, mcp-manager-VERSION.tgz (the chart),
#   mcpm-VERSION.spdx.json (what is in it), NOTES.md (what changed), SHA256SUMS, and SHA256SUMS.asc with signing-key.asc when a key is given.
#
#   packaging/release.sh [--arch ARCH]... [--programs DIR] [--check]
#
# --arch     amd64, arm64; several are built one after another (default: this machine's)
# --programs a build folder of the preset release for this machine, packed instead of compiling once more
# --check    builds everything twice, in different folders, as people with other habits, and compares: anybody can make a release again
# SIGNING_KEY_FILE or SIGNING_KEY is the secret key that signs SHA256SUMS (packaging/sign.sh).
set -euo pipefail
umask 022 # what is packed has these modes, whoever packs it
export LC_ALL=C.UTF-8 TZ=UTC
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$here/build/packages
archs=() ready=() check=no
usage() { sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
while [ $# -gt 0 ]; do
    case $1 in
        --arch) archs+=("${2:?}"); shift 2 ;;
        --programs) ready=(--programs "${2:?}"); shift 2 ;;
        --check) check=yes; shift ;;
        -h | --help) usage; exit 0 ;;
        *) echo "release.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
    esac
done
[ ${#ready[@]} -eq 0 ] || [ "${archs[*]:-$(dpkg --print-architecture)}" = "$(dpkg --print-architecture)" ] || { echo "release.sh: --programs are for this machine alone" >&2; exit 2; }
[ ${#archs[@]} -gt 0 ] || archs=("$(dpkg --print-architecture)")
git=(git -c safe.directory="$here" -C "$here")
version=$(bash "$here/packaging/version.sh")
SOURCE_DATE_EPOCH=$("${git[@]}" log -1 --format=%ct)
export SOURCE_DATE_EPOCH

# The tarball is the package's files in another wrapping: bin/, share/, lib/ below one folder.
tarball() { # DEB ARCH OUT
    local folder name=mcpm-$version-linux-$2
    folder=$(mktemp -d)
    dpkg-deb -x "$1" "$folder/deb"
    mkdir -p "$folder/$name"
    cp -a "$folder/deb/usr/." "$folder/$name/"
    mkdir -p "$folder/$name/lib/systemd"
    cp -a "$folder/deb/lib/systemd/." "$folder/$name/lib/systemd/"
    cp "$here/LICENSE" "$here/packaging/INSTALL.txt" "$folder/$name/"
    tar -C "$folder" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -c "$name" | gzip -9n >"$3/$name.tar.gz"
    rm -rf "$folder"
}

# What `helm package` makes, without a helm and with the same bytes each time: the chart's files below its name.
chart() { # OUT
    local folder source=packaging/helm/mcp-manager named
    named=$(sed -n 's/^appVersion: "\(.*\)"$/\1/p' "$here/$source/Chart.yaml")
    [ "$named" = "${version%%~*}" ] || { echo "release.sh: $source/Chart.yaml is of version $named, CMakeLists.txt of ${version%%~*}" >&2; exit 1; }
    folder=$(mktemp -d)
    "${git[@]}" archive HEAD "$source" | tar -x -C "$folder"
    tar -C "$folder/packaging/helm" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -c mcp-manager |
        gzip -9n >"$1/mcp-manager-$(sed -n 's/^version: //p' "$folder/$source/Chart.yaml").tgz"
    rm -rf "$folder"
}

make_all() { # OUT
    local arch deb
    mkdir -p "$1"
    for arch in "${archs[@]}"; do
        deb=$(bash "$here/packaging/deb.sh" --arch "$arch" --out "$1" "${ready[@]}" | tee /dev/stderr | tail -n 1)
        tarball "$deb" "$arch" "$1"
    done
    python3 "$here/packaging/sbom.py" "$here" "$version" >"$1/mcpm-$version.spdx.json"
    bash "$here/packaging/notes.sh" >"$1/NOTES.md"
    chart "$1"
}

rm -rf "$out"
make_all "$out"
if [ "$check" = yes ]; then
    again=$(mktemp -d)
    trap 'rm -rf "$again"' EXIT
    mkdir -p "$again/a-longer-name/of-a-folder" # where it is built then, so that a path in a program is seen
    (umask 077 && export CCACHE_DISABLE=1 TZ=Asia/Tokyo LC_ALL=C TMPDIR=$again/a-longer-name/of-a-folder && make_all "$again/packages" >/dev/null)
    for file in "$out"/*; do
        cmp "$file" "$again/packages/$(basename "$file")" || { echo "release.sh: $(basename "$file") differs when it is built again" >&2; exit 1; }
    done
    echo "$([ ${#ready[@]} -gt 0 ] && echo packed || echo built) twice, the same bytes"
fi
(cd "$out" && find . -maxdepth 1 -type f ! -name 'SHA256SUMS*' ! -name signing-key.asc -printf '%f\n' | sort | xargs sha256sum >SHA256SUMS)
bash "$here/packaging/sign.sh" "$out/SHA256SUMS"
ls -l "$out"
