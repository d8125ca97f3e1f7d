#!/usr/bin/env bash
# package.sh SOURCE OUT   the Debian package of SOURCE: the one in SOURCE/build/packages, else built from it.
set -euo pipefail
source=$1 out=$2
architecture=$(dpkg --print-architecture)
found=$(find "$source/build/packages" -name "mcpm_*_$architecture.deb" 2>/dev/null | sort -V | tail -n 1)
if [ -z "$found" ]; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends git ca-certificates >/dev/null
    found=$(bash "$source/packaging/deb.sh" --no-lintian --out /tmp/packages | tail -n 1)
fi
cp "$found" "$out"
