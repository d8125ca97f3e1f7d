#!/usr/bin/env bash
# The tarball in chroots of the oldest and newest systems that it is for, Ubuntu 22.04 and Debian 13, and those between: unpacked
# anywhere, it runs. Where the C library is too old (Debian 11) the command line runs and says in a sentence why the agent does not.
# Needs root and build/packages (packaging/release.sh).
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/needs.sh
. tests/packaging/words.sh
[ -n "${MCPM_TEST_ALL:-}" ] || skip "four systems are made by debootstrap, some minutes each: MCPM_TEST_ALL=1"
tarball=$(newest "build/packages/mcpm-*-linux-$(dpkg --print-architecture).tar.gz") || skip "no tarball in build/packages: run packaging/release.sh first"
[ "$(id -u)" -eq 0 ] || skip "debootstrap and chroot need root"
need_packages debootstrap || exit 1
folder=$(mktemp -d)
clean() { rm -rf "$folder"; }
unpacked() { # SUITE: sets $root
    root=$(bare_debian "$1") || return 1
    mkdir "$root/opt/mcpm" && tar -xzf "$tarball" -C "$root/opt/mcpm" --strip-components 1
}
inside() { chroot "$root" /usr/bin/env -i HOME=/root PATH=/opt/mcpm/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
as_someone() { inside setpriv --reuid 1234 --regid 1234 --clear-groups env HOME=/home/someone XDG_RUNTIME_DIR=/home/someone/run MCPM_HTTP_LISTEN=off "$@"; }

newest_symbol() { objdump -T "$1" | grep -oE 'GLIBC_2\.[0-9]+' | sort -uV | tail -n 1; }
tar -xzf "$tarball" -C "$folder" --strip-components 1
same "the agent asks for no C library that is newer than Ubuntu 22.04's" GLIBC_2.35 "$(printf '%s\n' GLIBC_2.35 "$(newest_symbol "$folder/bin/mcpmd")" | sort -V | tail -n 1)"

for suite in jammy bookworm noble trixie; do
    echo "-- $suite"
    if ! unpacked "$suite"; then
        case $suite in jammy | noble) echo "note: $suite is not served here; it was left out"; continue ;; *) exit 1 ;; esac
    fi
    expect "mcpm runs" 0 inside mcpm version
    expect "mcpmd runs" 0 inside mcpmd --version
    inside install -d -m 700 -o 1234 -g 1234 /home/someone /home/someone/run
    expect "an agent starts" 0 as_someone mcpm agent start
    expect "and runs a server" 0 as_someone mcpm add cat --transport none --start -- /bin/sleep 1000
    expect "it stops with it" 0 as_someone mcpm agent stop
    expect "the manual is in it" 0 inside test -e /opt/mcpm/share/man/man1/mcpm.1.gz
    expect "so are rules and dashboards" 0 inside test -e /opt/mcpm/share/mcpm/prometheus/mcpm-rules.yml -a -e /opt/mcpm/share/mcpm/grafana/mcpm-server.json
    expect "so are completions" 0 inside test -e /opt/mcpm/share/bash-completion/completions/mcpm
    expect "and what to do with it" 0 inside test -s /opt/mcpm/INSTALL.txt
    expect "whose line for systemd" 0 inside sh -c 'cd /opt/mcpm && sed "s#/usr/bin/#$PWD/bin/#" lib/systemd/user/mcpmd.service'
    has "names the program where it is" "ExecStart=/opt/mcpm/bin/mcpmd run" "$out"
    expect "links on the PATH find the agent" 0 as_someone sh -c 'mkdir -p "$HOME/bin" && ln -sf /opt/mcpm/bin/mcpm /opt/mcpm/bin/mcpmd "$HOME/bin/" && PATH=$HOME/bin:/usr/bin:/bin mcpm agent start && PATH=$HOME/bin:/usr/bin:/bin mcpm agent stop'
    expect "and the units" 0 inside test -e /opt/mcpm/lib/systemd/user/mcpmd.service
    leave_debian "$root"
done
echo "-- bullseye"
unpacked bullseye || exit 1
expect "the command line runs there: it is one static program" 0 inside mcpm version
expect "the agent does not: its C library is too old" 1 inside mcpmd --version
expect "which the command line says" 5 inside mcpm agent start
has "in one sentence" "mcpmd needs the C library glibc 2.3" "$out"
has "with a way out" "container image" "$out"
expect "doctor does not take it for two releases" 0 inside mcpm doctor
has "but says where to look" "it says why it does not start" "$out"
finish
