#!/usr/bin/env bash
# Publishes what packaging/release.sh made; only the release workflow calls it.
#   publish.sh release   a GitHub release with the packages and notes (needs GH_TOKEN)
#   publish.sh image     the two images, for amd64 and arm64, of the packages of that release (needs GH_TOKEN, GH_ACTOR)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=$(bash packaging/version.sh)
case $version in *~*) echo "publish.sh: this commit has no tag of its version" >&2; exit 1 ;; esac
case ${1:-} in
    release)
        gh release create "v$version" --title "mcpm $version" --notes-file build/packages/NOTES.md build/packages/*
        ;;
    image)
        image=ghcr.io/mcpmanager/mcp-manager
        # The packages of the release, cross-built: nothing is compiled in an emulator.
        gh release download "v$version" --clobber --dir build/packages --pattern '*.deb'
        [ -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ] || { sudo apt-get update -qq && sudo apt-get install -y -qq qemu-user-static binfmt-support; }
        printf '%s' "$GH_TOKEN" | docker login ghcr.io --username "$GH_ACTOR" --password-stdin
        docker buildx create --use
        for target in small full; do
            suffix=""; [ "$target" = small ] || suffix=-full
            docker buildx build --push --platform linux/amd64,linux/arm64 --target "$target" -f packaging/image/Dockerfile \
                --provenance=true --sbom=true -t "$image:$version$suffix" -t "$image:${version%.*}$suffix" -t "$image:latest$suffix" .
        done
        ;;
    *) sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
