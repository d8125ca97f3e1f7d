#!/usr/bin/env bash
# Builds the image for this machine, as `docker build` of the Dockerfile does, and says how large it is.
#
#   packaging/image/build.sh [--base IMAGE] [--target small|full] [--arch amd64|arm64] [--tag NAME]
#
# --base     a Debian 12 (default debian:12); --local-base makes one by debootstrap first, where no registry is reached
# --arch     for which machine (default: this one); of another one nothing is compiled: its package is in build/packages
#            (packaging/deb.sh --arch), and what is installed beside it runs in an emulator (qemu-user-static, binfmt-support)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
base=debian:12 arch=$(dpkg --print-architecture) target=small tag=ghcr.io/mcpmanager/mcp-manager:dev local=no
usage() { sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }
while [ $# -gt 0 ]; do
    case $1 in
        --base) base=${2:?}; shift 2 ;;
        --local-base) local=yes; shift ;;
        --arch) arch=${2:?}; shift 2 ;;
        --target) target=${2:?}; shift 2 ;;
        --tag) tag=${2:?}; shift 2 ;;
        -h | --help) usage; exit 0 ;;
        *) echo "build.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
    esac
done
case $arch in arm64 | amd64) ;; *) echo "build.sh: no image is made for $arch" >&2; exit 2 ;; esac
if [ "$arch" != "$(dpkg --print-architecture)" ]; then
    # shellcheck source=tests/needs.sh
    . "$here/tests/needs.sh"
    need_emulator "$arch"
    [ -n "$(find "$here/build/packages" -name "mcpm_*_$arch.deb" 2>/dev/null)" ] || { echo "build.sh: no package for $arch in build/packages: packaging/deb.sh --arch $arch --out build/packages" >&2; exit 1; }
fi
said_to_be_of() { # ARCHITECTURE IMAGE
    [ "$(docker image inspect "$2" --format '{{.Architecture}}')" = "$1" ] || docker save "$2" | python3 "$here/packaging/image/platform.py" "$1" | docker load >/dev/null
}
if [ "$local" = yes ]; then
    base=mcpm-base:debian12-$arch
    if ! docker image inspect "$base" >/dev/null 2>&1; then
        # shellcheck source=tests/needs.sh
        . "$here/tests/needs.sh"
        need_packages debootstrap
        kept=$here/build/debian-bookworm.tar # as tests/packaging/words.sh makes it
        [ "$arch" = "$(dpkg --print-architecture)" ] || kept=$here/build/debian-bookworm-$arch.tar
        if [ ! -s "$kept" ]; then
            folder=$(mktemp -d)
            trap 'rm -rf "$folder"' EXIT
            debootstrap --variant=minbase --arch "$arch" bookworm "$folder/root" "${MCPM_DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$folder/log" 2>&1 || { tail "$folder/log" >&2; exit 1; }
            mkdir -p "$here/build"
            tar -C "$folder/root" -cf "$kept.part" . && mv "$kept.part" "$kept"
        fi
        docker import --platform "linux/$arch" - "$base" <"$kept" >/dev/null
        said_to_be_of "$arch" "$base"
    fi
fi
# The host's network: that is where the packages of Debian are reached from.
DOCKER_BUILDKIT=${DOCKER_BUILDKIT:-0} docker build --network host --platform "linux/$arch" -f "$here/packaging/image/Dockerfile" --build-arg "BASE=$base" --target "$target" -t "$tag" "$here"
said_to_be_of "$arch" "$tag"
docker image inspect "$tag" --format '{{.Size}}' | awk -v tag="$tag" '{printf "%s: %.1f MB\n", tag, $1 / 1e6}'
