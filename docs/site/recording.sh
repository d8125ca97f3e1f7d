#!/usr/bin/env bash
# The terminal recording of the documentation: docs/site/recording.sh [OUT.svg] [COMMANDS] (default docs/images/recording.svg, recording.txt).
# An agent of its own runs what COMMANDS say, in a home of its own; the npm registry is asked where they name a package.
#   MCPM_BUILD_DIR has mcpm and mcpmd (default build/release, else build/dev)
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/needs.sh"
for preset in release dev; do [ -x "$root/build/$preset/mcpmd" ] && : "${MCPM_BUILD_DIR:=$root/build/$preset}"; done
out=$(realpath -m "${1:-$root/docs/images/recording.svg}") commands=$(realpath "${2:-$root/docs/site/recording.txt}")
need_new_node
HOME=/tmp/me # as a reader would like to see it, where nobody has it
mkdir -m 700 "$HOME" 2>/dev/null || HOME=$(mktemp -d)
export HOME XDG_RUNTIME_DIR=$HOME/.run PATH=${MCPM_BUILD_DIR:?nothing is built}:$PATH MCPM_HTTP_LISTEN=127.0.0.1:0
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME MCPM_CONFIG_HOME MCPM_DATA_HOME MCPM_STATE_HOME MCPM_RUNTIME_DIR NO_COLOR
[ -z "${MCPM_TEST_NODE:-}" ] || printf 'PATH=%s:$PATH\n' "$MCPM_TEST_NODE" >"$HOME/.profile"
mkdir -m 700 "$XDG_RUNTIME_DIR"
trap 'mcpm agent stop >/dev/null 2>&1 || true; rm -rf "$HOME"' EXIT
mkdir "$HOME/notes" "$HOME/.cursor"
printf 'milk\n' >"$HOME/notes/shopping.md"
printf 'a boat\n' >"$HOME/notes/ideas.md"
cd "$HOME"
python3 "$root/docs/site/recording.py" "$commands" "$out" 110
