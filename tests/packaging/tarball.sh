#!/usr/bin/env bash
# The tarball on a newer Debian (13) and an older one (11), in chroots: unpacked anywhere, it runs where glibc is 2.36 or newer, and
# where it is older the command line runs and the agent is refused with a sentence. Needs root and build/packages (packaging/release.sh).
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/needs.sh
. tests/packaging/words.sh
[ -n "${MCPM_TEST_ALL:-}" ] || skip "two Debians are made by debootstrap, some minutes each: MCPM_TEST_ALL=1"
tarball=$(newest "build/packages/mcpm-*-linux-$(dpkg --print-architecture).tar.gz") || skip "no tarball in build/packages: run packaging/release.sh first"
[ "$(id -u)" -eq 0 ] || skip "debootstrap and chroot need root"
need_packages debootstrap || exit 1
roots=()
trap 'for one in "${roots[@]}"; do leave_debian "$one"; done' EXIT
unpacked() { # SUITE: sets $root
    root=$(bare_debian "$1") || return 1
    roots+=("$root")
    mkdir "$root/opt/mcpm" && tar -xzf "$tarball" -C "$root/opt/mcpm" --strip-components 1
}
inside() { chroot "$root" /usr/bin/env -i HOME=/root PATH=/opt/mcpm/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
as_someone() { inside setpriv --reuid 1234 --regid 1234 --clear-groups env HOME=/home/someone XDG_RUNTIME_DIR=/home/someone/run MCPM_HTTP_LISTEN=off "$@"; }

for suite in bookworm trixie; do
    unpacked "$suite" || exit 1
    expect "mcpm runs" 0 inside mcpm version
    expect "mcpmd runs" 0 inside mcpmd --version
    inside install -d -m 700 -o 1234 -g 1234 /home/someone /home/someone/run
    expect "an agent starts" 0 as_someone mcpm agent start
    expect "and runs a server" 0 as_someone mcpm add cat --transport none --start -- /bin/sleep 1000
    expect "it stops with it" 0 as_someone mcpm agent stop
    expect "the manual is in it" 0 inside test -e /opt/mcpm/share/man/man1/mcpm.1.gz
    expect "so are completions" 0 inside test -e /opt/mcpm/share/bash-completion/completions/mcpm
    expect "and the units" 0 inside test -e /opt/mcpm/lib/systemd/user/mcpmd.service
done
unpacked bullseye || exit 1
expect "the command line runs there: it is one static program" 0 inside mcpm version
expect "the agent does not: its glibc is too old" 1 inside mcpmd --version
has "which the loader says" "GLIBC_2." "$out"
finish
