#!/usr/bin/env bash
# Each block of README and docs that says it is run (tests/e2e/docs.sh) is run once more in a bare Debian 12, with what that Debian
# has: its node, its Python. Needs root, a network, and built programs ($MCPM_BUILD_DIR, else build/dev).
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/needs.sh
. tests/packaging/words.sh
[ -n "${MCPM_TEST_ALL:-}" ] || skip "a Debian and its packages are fetched: MCPM_TEST_ALL=1"
[ "$(id -u)" -eq 0 ] || skip "debootstrap and chroot need root"
need_packages debootstrap || exit 1
build=${MCPM_BUILD_DIR:-$PWD/build/dev}
[ -x "$build/mcpmd" ] || skip "$build/mcpmd is not built"
root=$(bare_debian) || exit 1
mkdir -p "$root/mcpm" "$root/src"
cp -a "$build/mcpm" "$build/mcpmd" "$build/fixtures" "$root/mcpm/"
tar -c README.md docs tests/e2e tests/packaging tests/run.sh tests/support tests/needs.sh | tar -x -C "$root/src"
inside() { chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 CI=true \
    MCPM_BUILD_DIR=/mcpm MCPM_SOURCE_DIR=/src ${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt} "$@"; }
expect "what the documents take for granted is fetched" 0 inside sh -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    ca-certificates curl procps python3 python3-venv python3-pip nodejs npm >/dev/null && update-ca-certificates >/dev/null 2>&1'
expect "the programs run there" 0 inside /mcpm/mcpmd --version
inside bash /src/tests/e2e/docs.sh | tee "$root/said"
said=${PIPESTATUS[0]}
same "every block of the documents runs on a bare Debian 12" 0 "$said"
finish
