#!/usr/bin/env bash
# packaging/install.sh on a bare Debian 12 with an empty HOME: with a package beside it nothing is compiled; it starts the agent,
# installs a real server from npm, calls it; a second time it does no harm; --uninstall takes it away. With MCPM_TEST_SOURCE=1
# from source too (a release build: many minutes). Needs root, a network, and build/packages (packaging/deb.sh).
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/needs.sh
. tests/packaging/words.sh
[ -n "${MCPM_TEST_ALL:-}" ] || skip "a Debian, node and a package of npm are fetched: MCPM_TEST_ALL=1"
[ "$(id -u)" -eq 0 ] || skip "debootstrap and chroot need root"
need_packages debootstrap || exit 1
deb=$(newest "build/packages/mcpm_*_$(dpkg --print-architecture).deb") || skip "no package in build/packages: run packaging/deb.sh first"
inside() { chroot "$root" /usr/bin/env -i HOME=/home/new PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin XDG_RUNTIME_DIR=/home/new/run \
    ${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt} "$@"; }
bare() { # sets $root: the sources in /src as a clone has them, an empty HOME
    root=$(bare_debian) || return 1
    mkdir -m 700 -p "$root/home/new/run" "$root/src"
    git -c safe.directory="$PWD" archive HEAD | tar -x -C "$root/src"
}

bare || exit 1
cp "$deb" "$root/src/packaging/"
begun=$(date +%s)
expect "install.sh takes the package beside it" 0 inside bash /src/packaging/install.sh
printf '   %s s, the fetching of node and a server included\n' $(($(date +%s) - begun))
has "which is said" "Installing mcpm_" "$out"
has "a real server answers" "Hello from mcpm" "$out"
has "and is listed" everything "$out"
expect "no compiler was fetched" 0 inside sh -c '! command -v g++'
expect "what it shows next works: tools" 0 inside mcpm tools list everything
expect "why" 0 inside mcpm why everything
expect "a second time" 0 inside bash /src/packaging/install.sh
has "does no harm" "Hello from mcpm" "$out"
expect "doctor" 0 inside mcpm doctor
printf '%s\n' "$out" | grep -vE '^ *(ok|good)' | head -n 12 | sed 's/^/   /'
expect "it is removed" 0 inside bash /src/packaging/install.sh --uninstall
expect "the programs are gone" 0 inside sh -c '! command -v mcpm'
same "and nothing of it runs" "" "$(for p in /proc/[0-9]*; do [ "$(readlink "$p/root" 2>/dev/null)" = "$root" ] && cat "$p/comm"; done)"
expect "definitions stay" 0 inside test -e /home/new/.local/share/mcpm/mcpm.db

if [ -n "${MCPM_TEST_SOURCE:-}" ]; then
    leave_debian "$root"
    bare || exit 1
    begun=$(date +%s)
    expect "install.sh from source" 0 inside bash /src/packaging/install.sh
    printf '   %s s\n' $(($(date +%s) - begun))
    has "a real server answers" "Hello from mcpm" "$out"
    expect "a second time" 0 inside bash /src/packaging/install.sh --no-demo
    expect "it is removed" 0 inside bash /src/packaging/install.sh --uninstall
    same "with all that it brought" "" "$(find "$root/usr/local" -name '*mcpm*')"
else
    echo "note: from source was left out, a release build takes many minutes: MCPM_TEST_SOURCE=1"
fi
finish
