#!/usr/bin/env bash
# The first ten minutes of somebody on a bare Debian 12, by the package and by the tarball: what docs/start.md, docs/install.md and
# the tarball's INSTALL.txt say is typed as it stands there, by root what is root's and the rest by an ordinary user, with Debian's own
# node and Python. The other ways: install.sh (source), image.sh, cluster.sh. Needs root, a network, and build/packages.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/needs.sh
. tests/packaging/words.sh
[ -n "${MCPM_TEST_ALL:-}" ] || skip "a Debian, node and packages are fetched: MCPM_TEST_ALL=1"
[ "$(id -u)" -eq 0 ] || skip "debootstrap and chroot need root"
need_packages debootstrap || exit 1
deb=$(newest "build/packages/mcpm_*_$(dpkg --print-architecture).deb") || skip "no package in build/packages: run packaging/deb.sh first"
tarball=$(newest "build/packages/mcpm-*-linux-$(dpkg --print-architecture).tar.gz")
inside() { chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
line_of() { grep -m 1 -- "$2" "$1" | sed -e 's/^[ `]*//' -e 's/`.*//'; } # PAGE WORDS: the first line with them, as it is typed
# The pages' own blocks, as an ordinary user types them. PROGRAMS: the folder with mcpm and mcpmd.
follow() { # PROGRAMS
    inside useradd --create-home --shell /bin/bash someone
    inside install -d -m 700 -o someone -g someone /home/someone/tmp
    inside setpriv --reuid someone --regid someone --clear-groups env CI=true TMPDIR=/home/someone/tmp MCPM_BUILD_DIR="$1" MCPM_SOURCE_DIR=/src \
        MCPM_DOCS_NETWORK=yes MCPM_DOCS_PAGES="README.md docs/start.md" ${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt} \
        bash /src/tests/e2e/docs.sh | grep -v '^ok ' | sed 's/^/   /'
    return "${PIPESTATUS[0]}"
}
bare() { # sets $root: with the pages in /src
    root=$(bare_debian) || exit 1
    mkdir "$root/src"
    tar -c README.md docs tests/e2e/docs.sh tests/support tests/needs.sh | tar -x -C "$root/src"
    inside apt-get update -qq
}

echo "-- by the package"
begun=$SECONDS
bare
cp "$deb" "$root/root/"
typed=$(line_of docs/start.md 'apt install .*mcpm_VERSION_ARCH.deb')
same "README says the same" "$typed" "$(line_of README.md 'apt install .*mcpm_VERSION_ARCH.deb')"
expect "$typed" 0 inside sh -c "cd /root && ${typed/mcpm_VERSION_ARCH.deb/$(basename "$deb")} -y -qq"
follow /usr/bin
same "the first pages work as they stand" 0 "$?"
printf '   %s s, a Debian laid out and all packages fetched included\n' $((SECONDS - begun))
leave_debian "$root"

if [ -n "$tarball" ]; then
    echo "-- by the tarball"
    begun=$SECONDS
    bare
    typed=$(line_of docs/install.md 'apt install --no-install-recommends nodejs')
    expect "$typed" 0 inside sh -c "$typed ca-certificates -y -qq"
    mkdir "$root/opt/mcpm" && tar -xzf "$tarball" -C "$root/opt/mcpm" --strip-components 1
    follow /opt/mcpm/bin
    same "the first pages work as they stand" 0 "$?"
    printf '   %s s\n' $((SECONDS - begun))
else
    echo "note: the tarball was left out: packaging/release.sh makes it"
fi
finish
