#!/usr/bin/env bash
# full.sh PACKAGE   makes of a Debian 12 the image with node and python.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends ca-certificates nodejs npm python3 python3-venv git systemd-standalone-sysusers "$1" >/dev/null
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
groupadd --gid 1001 mcp && useradd --uid 1001 --gid 1001 --no-create-home --home-dir /app/data mcp
install -d -o 1001 -g 1001 /app /app/config
install -d -m 700 -o 1001 -g 1001 /app/data /run/user/1001 /app/config/mcpm # the root may be read-only
