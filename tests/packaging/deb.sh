#!/usr/bin/env bash
# The Debian package on a bare Debian 12, with MCPM_TEST_ALL=1 on a Debian 13 too: it installs without a compiler, both programs run,
# the agent works as an ordinary user, settings that were changed stay when it is removed, and a purge leaves nothing behind. Needs
# root (debootstrap, chroot) and a .deb in build/packages.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/needs.sh
. tests/packaging/words.sh
deb=$(newest "build/packages/mcpm_*_$(dpkg --print-architecture).deb") || skip "no package in build/packages: run packaging/deb.sh first"
[ "$(id -u)" -eq 0 ] || skip "debootstrap and chroot need root"
need_packages debootstrap || exit 1
inside() { chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
as_someone() { inside setpriv --reuid someone --regid someone --clear-groups env HOME=/home/someone XDG_RUNTIME_DIR=/home/someone/run MCPM_HTTP_LISTEN=off "$@"; }
try_on() { # SUITE
    local others before commit
    echo "-- $1"
    root=$(bare_debian "$1") || exit 1
    cp "$deb" "$root/tmp/mcpm.deb"
    # What it depends on is others', and what those leave behind too.
    others=$(inside apt-get install -s -qq --no-install-recommends /tmp/mcpm.deb | awk '$1 == "Inst" && $2 != "mcpm" {print $2}')
    # shellcheck disable=SC2086
    [ -z "$others" ] || expect "what it depends on is Debian's" 0 inside apt-get install -y -qq --no-install-recommends $others
    before=$(files_of "$root")
    expect "it installs with apt" 0 inside apt-get install -y -qq --no-install-recommends /tmp/mcpm.deb
    expect "mcpm runs" 0 inside mcpm version
    commit=$(inside sh -c 'zcat /usr/share/doc/mcpm/changelog.gz' | sed -n 's/.*Built from commit \([0-9a-f]*\).*/\1/p')
    has "and says its commit" "(${commit:-none}, " "$out"
    expect "mcpmd runs" 0 inside mcpmd --version
    expect "no compiler came with it" 0 inside sh -c '! command -v g++ && ! command -v cc'
    expect "the page of the manual is there" 0 inside test -e /usr/share/man/man1/mcpm.1.gz
    expect "that of the servers file too" 0 inside test -e /usr/share/man/man5/mcpm-servers.5.gz
    expect "rules for Prometheus and dashboards for Grafana are there" 0 inside test -e /usr/share/mcpm/prometheus/mcpm-rules.yml -a -e /usr/share/mcpm/grafana/mcpm-server.json
    expect "and the guides that its README names" 0 inside sh -c 'ls /usr/share/doc/mcpm/docs/sharing.md*'
    expect "the settings are a conffile" 0 inside sh -c 'dpkg-query -W -f "\${Conffiles}" mcpm | grep -q /etc/mcpm/config.yaml'
    expect "the settings are valid as they come" 0 inside sh -c 'MCPM_SYSTEM=1 mcpm config show >/dev/null'
    expect "the user of the service was made" 0 inside getent passwd mcpm
    inside useradd --create-home someone
    inside install -d -m 700 -o someone -g someone /home/someone/run
    expect "a user's agent starts" 0 as_someone mcpm agent start
    expect "and runs a server" 0 as_someone mcpm add cat --transport none --start -- /bin/sleep 1000
    expect "which is listed" 0 as_someone mcpm list
    has "as running" running "$out"
    expect "the agent stops, and with it the server" 0 as_someone mcpm agent stop
    inside userdel --remove someone
    inside sh -c 'echo "# changed" >>/etc/mcpm/config.yaml'
    expect "it is removed" 0 inside apt-get remove -y -qq mcpm
    expect "its programs are gone" 0 inside sh -c '! command -v mcpm && ! command -v mcpmd'
    expect "settings that were changed stay" 0 inside grep -qx '# changed' /etc/mcpm/config.yaml
    expect "it is purged" 0 inside apt-get purge -y -qq mcpm
    expect "its user is gone" 2 inside getent passwd mcpm
    inside rm -f /tmp/mcpm.deb
    same "a purge leaves nothing behind" "" "$(comm -13 <(printf '%s\n' "$before") <(files_of "$root"))"
    leave_debian "$root"
}

try_on bookworm
if [ -n "${MCPM_TEST_ALL:-}" ]; then try_on trixie; else echo "note: Debian 13 was left out: MCPM_TEST_ALL=1"; fi
finish
