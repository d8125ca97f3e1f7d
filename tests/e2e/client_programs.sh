#!/usr/bin/env bash
# Real clients, from npm, without an account: each is asked to list its servers from the file that `client connect` wrote,
# and those that look whether a server answers reach ours through it. What the registry does not serve is left out, said.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/clients.sh"

only_in_all "the clients are more than 900 MB of downloads"
. "$MCPM_SOURCE_DIR/tests/support/real_packages.sh"
case $(uname -m) in x86_64) machine=x64 ;; aarch64) machine=arm64 ;; *) skip_all "no client is built for $(uname -m)" ;; esac
need_node22 || no_registry "no Node 22"
export PATH=$node22:$PATH
# Programs that look for updates or send figures would only slow this down.
export DISABLE_AUTOUPDATER=1 DISABLE_TELEMETRY=1 CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 OPENCODE_DISABLE_AUTOUPDATE=1 CI=1
mkdir -p "$sandbox/work" && cd "$sandbox/work" || exit 1

expect "the agent starts" 0 mcpm agent start
expect "a server to reach" 0 mcpm add echo --start -- "$fixtures/mcp_everything"

# client ID PACKAGE PROGRAM WORDS…     connected, listed, disconnected, and listed no more
asked=0
client() {
    local id=$1 package=$2 program=$3
    shift 3
    [ "$(df --output=avail -k "$MCPM_SOURCE_DIR" | tail -n 1)" -gt 3000000 ] || { note "left out: $id, the disk is nearly full"; return; }
    need_npm "client_$id" "$package" 2>"$sandbox/npm" || { note "left out: $id, $package cannot be installed: $(tail -n 1 "$sandbox/npm")"; return; }
    program=$npm_folder/node_modules/$program
    [ -f "$program" ] || { note "left out: $id has no program for $machine"; return; }
    chmod +x "$program"
    asked=$((asked + 1))
    # Some are written only where their file is already.
    local existing
    for existing in .gemini/settings.json .config/kilo/kilo.json .qoder/settings.json; do
        mkdir -p "$HOME/${existing%/*}" && { [ -f "$HOME/$existing" ] || echo '{}' >"$HOME/$existing"; }
    done
    expect "$id is connected" 0 mcpm client connect "$id" --yes
    run timeout 90 "$program" "$@"
    listed=$out$err
    has "$id lists the entry" mcpm "$listed"
    expect "$id is disconnected" 0 mcpm client disconnect "$id" --yes
    run timeout 90 "$program" "$@"
    has_not "$id lists it no more" "mcpm " "$out"
}

client codex @openai/codex@0.171.0 .bin/codex mcp list
case ${listed:-} in '') ;; *) has "with what it starts" "connect" "$listed" ;; esac
client gemini @google/gemini-cli@0.61.0 .bin/gemini mcp list
client copilot @github/copilot@1.0.102 .bin/copilot mcp list
listed=
client claude-code @anthropic-ai/claude-code@2.1.332 "@anthropic-ai/claude-code-linux-$machine/claude" mcp list
case $listed in '') ;; *) has "and reaches it through the shim" "Connected" "$listed" ;; esac
listed=
client opencode opencode-ai@1.18.33 "opencode-linux-$machine/bin/opencode" mcp list
case $listed in '') ;; *) has "and reaches it through the shim" "connected" "$listed" ;; esac
listed=
client droid "@factory/cli-linux-$machine@0.225.2" "@factory/cli-linux-$machine/bin/droid" mcp list
case $listed in '') ;; *) has_not "and reaches it through the shim" "failed" "$listed" ;; esac
client qoder @qoder-ai/qodercli@1.1.52 .bin/qodercli mcp list
[ "$asked" -gt 0 ] || skip_all "the registry serves none of the clients"
