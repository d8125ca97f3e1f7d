#!/usr/bin/env bash
# The package of the machine that this one is not (arm64 here): it installs on that machine's bare Debian 12, which an emulator runs;
# its programs run, say the same as ours, run a server, and are purged. Debian 12's emulator has no clone with a pidfd, by which the
# keeper starts processes: Debian 13's is fetched. Where that cannot be, it is said, and the agent is asked for its version alone.
# Needs root and the foreign .deb in build/packages (packaging/deb.sh --arch arm64).
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/needs.sh
. tests/packaging/words.sh
case $(dpkg --print-architecture) in amd64) foreign=arm64 machine=aarch64 ;; *) foreign=amd64 machine=x86-64 ;; esac
[ -n "${MCPM_TEST_ALL:-}" ] || skip "a Debian of $foreign is made in an emulator, some minutes: MCPM_TEST_ALL=1"
deb=$(newest "build/packages/mcpm_*_$foreign.deb") || skip "no package for $foreign in build/packages: packaging/deb.sh --arch $foreign"
[ "$(id -u)" -eq 0 ] || skip "debootstrap and chroot need root"
need_packages debootstrap file || exit 1
need_emulator "$foreign" || skip "no emulator of $foreign"
registered=/proc/sys/fs/binfmt_misc/mcpm-test-$foreign
clean() { [ ! -e $registered ] || echo -1 >$registered; }
# The emulator of Debian 13, before that of Debian 12 for as long as this runs.
newer_emulator() {
    local name=${machine/x86-64/x86_64} theirs folder=$PWD/build/deb/qemu-user-trixie
    if [ ! -x "$folder/usr/bin/qemu-$name" ]; then
        theirs=$(bare_debian trixie) || return 1
        chroot "$theirs" sh -c 'apt-get update -qq && cd /tmp && apt-get download -qq qemu-user' && mkdir -p "$folder" && dpkg-deb -x "$theirs"/tmp/qemu-user_*.deb "$folder"
        leave_debian "$theirs"
    fi
    case $(file -bL "$folder/usr/bin/qemu-$name") in *static*) ;; *) echo "it is not static"; return 1 ;; esac # it must run in a chroot
    bytes() { sed -n "s/^$1 //p" "/proc/sys/fs/binfmt_misc/qemu-$name" | sed 's/../\\x&/g'; }
    printf ':mcpm-test-%s:M:0:%s:%s:%s:F' "$foreign" "$(bytes magic)" "$(bytes mask)" "$folder/usr/bin/qemu-$name" >/proc/sys/fs/binfmt_misc/register
}
newer_emulator >"$PWD/build/newer-emulator.log" 2>&1
[ -e "$registered" ] || echo "note: Debian 13's emulator cannot be had: $(tail -n 1 "$PWD/build/newer-emulator.log")"
root=$(bare_debian bookworm "$foreign") || exit 1
cp "$deb" "$root/tmp/mcpm.deb"
inside() { chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
same "the Debian is of $foreign" "$foreign" "$(inside dpkg --print-architecture)"
expect "it installs with apt" 0 inside apt-get install -y -qq --no-install-recommends /tmp/mcpm.deb
for program in mcpm mcpmd; do has "$program is of $foreign" "$machine" "$(file -bL "$root/usr/bin/$program" | tr '[:upper:]_' '[:lower:]-')"; done
expect "mcpm runs" 0 inside mcpm version
commit=$(inside sh -c 'zcat /usr/share/doc/mcpm/changelog.gz' | sed -n 's/.*Built from commit \([0-9a-f]*\).*/\1/p')
has "and says its commit" "(${commit:-none}, " "$out"
expect "mcpmd runs, with the libraries it loads" 0 inside mcpmd --version
expect "its settings are read" 0 inside sh -c 'MCPM_SYSTEM=1 mcpm config show >/dev/null'
inside useradd --create-home someone
inside install -d -m 700 -o someone -g someone /home/someone/run
as_someone() { inside setpriv --reuid someone --regid someone --clear-groups env HOME=/home/someone XDG_RUNTIME_DIR=/home/someone/run MCPM_HTTP_LISTEN=off "$@"; }
as_someone mcpm agent start >"$root/tmp/said" 2>&1
started=$?
if [ "$started" -eq 0 ] || [ -e "$registered" ]; then
    same "its agent starts" 0 "$started"
    expect "an agent runs a server" 0 as_someone mcpm add cat --transport none --start -- /bin/sleep 1000
    expect "which is listed" 0 as_someone mcpm list
    has "as running" running "$out"
    expect "it stops, and with it the server" 0 as_someone mcpm agent stop
else
    echo "note: the agent does not start in this emulator: $(tail -n 1 "$root/tmp/said")"
fi
expect "it is removed and purged" 0 inside apt-get purge -y -qq mcpm
expect "its programs are gone" 1 inside test -e /usr/bin/mcpm
finish
