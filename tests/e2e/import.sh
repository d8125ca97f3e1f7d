#!/usr/bin/env bash
# From a dozen files full of servers to one agent, and back: import shows first, knows duplicates by what they run, moves
# secrets to the vault, replaces entries by one, and undo gives every byte back.
. "$(dirname "$0")/../support/sandbox.sh"
samples=$MCPM_SOURCE_DIR/tests/fixtures/clients

expect "the agent starts" 0 mcpm agent start
expect "nothing to import is said" 4 mcpm import --dry-run

# Six clients, as their users have them. Programs of ours in place of packages, so that nothing is installed.
mkdir -p "$HOME/.cursor" "$HOME/.codex" "$HOME/.config/goose" "$HOME/.config/Code/User" "$HOME/.continue" "$HOME/.config/zed"
cat >"$HOME/.cursor/mcp.json" <<END
{
  // work
  "mcpServers": {
    "everything": { "command": "$fixtures/mcp_everything", "args": ["--fast"], "env": { "API_KEY": "planted-import-1", "MODE": "x" } },
    "hub": { "url": "https://hub.example.com/mcp", "headers": { "Authorization": "Bearer planted-import-2", "X-Team": "shop" } },
  },
}
END
cat >"$HOME/.codex/config.toml" <<END
model = "x"  # mine

[mcp_servers.renamed]
command = "$fixtures/mcp_everything"
args = ["--fast"]

[mcp_servers.renamed.env]
API_KEY = "planted-import-1"
MODE = "x"
END
cat >"$HOME/.config/goose/config.yaml" <<END
extensions:
  developer:
    type: builtin
    enabled: true
  everything:
    type: stdio
    cmd: $fixtures/mcp_everything
    args: [--slow]
    envs:
      MODE: y
    enabled: true
END
printf '{"servers": {"asks": {"command": "%s", "args": [], "env": {"TOKEN": "${input:token}"}}}}' "$fixtures/mcp_everything" >"$HOME/.config/Code/User/mcp.json"
sum() { cat "$HOME/.cursor/mcp.json" "$HOME/.codex/config.toml" "$HOME/.config/goose/config.yaml" "$HOME/.config/Code/User/mcp.json" | sha256sum; }
before=$(sum)

expect "what would be done is shown" 0 mcpm import --dry-run
has "a new one" "everything  new" "$out"
has "with what it runs" "mcp_everything --fast" "$out"
has "one that another client has under another name" "renamed  the same as everything" "$out"
has "one of the same name that is another" "everything-2  new" "$out"
has "one that cannot be taken over" "developer  left out: it is part of the client itself" "$out"
has "a secret that will be needed" "needs the secret asks.TOKEN" "$out"
has_not "and no secret is shown" planted "$out$err"
same "nothing is defined" "" "$(mcpm list -q)"

expect "all are taken over, and replaced by one entry" 0 mcpm import --replace --yes
same "four servers" "asks everything everything-2 hub" "$(mcpm list -q | sort | xargs)"
has_not "whose definitions have no secret" planted "$(mcpm show everything hub -o json; mcpm export)"
has "it is in the vault" everything.API_KEY "$(mcpm secret list)"
same "one entry is left in Cursor's file" 1 "$(grep -c '"command"' "$HOME/.cursor/mcp.json")"
check "with its comment" grep -q '// work' "$HOME/.cursor/mcp.json"
check "and Codex' own comment" grep -q '# mine' "$HOME/.codex/config.toml"
check "what could not be taken over stays" grep -q 'type: builtin' "$HOME/.config/goose/config.yaml"
expect "it runs with its secret" 0 mcpm start everything
pid=$(field everything pid)
check "as before" grep -qz '^API_KEY=planted-import-1$' "/proc/$pid/environ"
expect "again there is nothing new" 0 mcpm import --dry-run
has_not "at all" "  new" "$out"
expect "all of it is undone" 0 mcpm import --undo --yes
same "every file has its bytes" "$before" "$(sum)"
same "no server is left" "" "$(mcpm list -q)"
same "no secret is left" "" "$(mcpm secret list -q)"
has_not "no secret stands in a log" planted "$(cat "$state/agent.log"; mcpm events)"

# Other forms, from files.
cat >"$sandbox/compose.yaml" <<END
services:
  db-tools:
    image: example/db-tools:1
    environment: [MODE=ro]
    volumes: ["./data:/data"]
  web:
    build: .
END
expect "a Compose file" 0 mcpm import "$sandbox/compose.yaml" --dry-run
has "its images" "runs image example/db-tools:1" "$out"
has "what is built is left out" "web  left out: it is built from sources" "$out"
mkdir -p "$HOME/.config/mcpm" "$HOME/.local/state/toolhive/runconfigs" "$HOME/.docker/mcp/catalogs"
printf '{"time": {"name": "time", "command": "uvx", "args": ["mcp-server-time"], "profile_tags": ["work"]}}' >"$HOME/.config/mcpm/servers.json"
expect "the Python program of the same name" 0 mcpm import mcpm-python --dry-run
has "whose uvx is a package" "runs pypi mcp-server-time" "$out"
expect "or a command, when that is wanted" 0 mcpm import mcpm-python --dry-run --as-is
has "as it stands" "runs uvx mcp-server-time" "$out"
printf '{"schema_version": "v0.1.0", "image": "ghcr.io/example/fetch:1", "name": "fetch", "transport": "stdio", "env_vars": {"A": "b"}}' >"$HOME/.local/state/toolhive/runconfigs/fetch.json"
expect "ToolHive" 0 mcpm import toolhive --dry-run
has "its image" "image ghcr.io/example/fetch:1" "$out"
printf 'registry:\n  git:\n    image: mcp/git@sha256:%064d\n    secrets:\n      - name: git.token\n        env: GIT_TOKEN\n  other:\n    image: mcp/other\n' 1 >"$HOME/.docker/mcp/catalogs/docker-mcp.yaml"
printf 'registry:\n  git:\n    ref: ""\n' >"$HOME/.docker/mcp/registry.yaml"
expect "Docker's MCP Toolkit" 0 mcpm import docker-mcp --dry-run
has "what is on" "git  new" "$out"
has_not "and nothing else" other "$out"
printf '{"mcpServers": {"Hacker News": {"name": "Hacker News", "type": "STDIO", "command": "uvx", "args": ["mcp-hn"]}, "far": {"type": "STREAMABLE_HTTP", "url": "https://far.example.com/mcp", "bearerToken": "planted-import-3"}}}' >"$sandbox/metamcp.json"
expect "MetaMCP" 0 mcpm import "$sandbox/metamcp.json" --dry-run
has "its token goes to the vault" "moves a value to the secret far.AUTHORIZATION" "$out"
worst=0
for sample in "$samples"/*; do
    run mcpm import "$sample" --dry-run
    case $sample:$status in *vscode-insiders.json:4 | *lm-studio.json:4 | *kimi.json:4 | *:0) ;; *) bad "$sample is read ($status)"; worst=1 ;; esac
    case $out in *planted-*) bad "$sample: no secret is shown"; worst=1 ;; esac
done
same "every client's sample is read" 0 $worst

# Bad input.
printf '{"mcpServers": {"a": {"command": "x"}, "a": {}}}' >"$sandbox/twice.json"
expect "a key that is there twice" 2 mcpm import "$sandbox/twice.json" --yes
has "with its place" "twice.json:1:40" "$err"
printf '{"mcpServers": {"a": 3, "b": {}, "c": {"command": []}}}' >"$sandbox/types.json"
expect "wrong types" 2 mcpm import "$sandbox/types.json" --yes
same "define nothing" "" "$(mcpm list -q)"
expect "a file that is not there" 4 mcpm import "$sandbox/nosuch.json"
expect "a word that is nothing" 4 mcpm import nosuch
expect "a folder" 6 mcpm import "$sandbox/"
