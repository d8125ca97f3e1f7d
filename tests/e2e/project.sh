#!/usr/bin/env bash
# A project's .mcp.json: `up` shows what it would run and asks, makes exactly those servers run for the folder, follows the file,
# and `down` leaves nothing of them. And commands that mean a package or an image are taken as that.
. "$(dirname "$0")/../support/sandbox.sh"

expect "the agent starts" 0 mcpm agent start
shop=$HOME/work/shop
mkdir -p "$shop/src/deep" "$HOME/elsewhere/shop"
cd "$shop/src/deep" || exit 1
expect "without a file it says what it looked for" 4 mcpm up --yes
has "and where" "no .mcp.json" "$err"

cat >"$shop/.mcp.json" <<END
{
  "mcpServers": {
    "db": { "command": "$fixtures/mcp_everything", "args": ["--root", "\${workspaceFolder}"], "env": { "API_KEY": "planted-project-1", "MODE": "\${MODE:-dev}" } },
    "old": { "command": "$fixtures/mcp_everything" },
    "mcpm": { "command": "mcpm", "args": ["connect"] }
  }
}
END
expect "what would run is shown" 0 mcpm up --dry-run
has "the exact command" "shop.db  runs $fixtures/mcp_everything --root $shop" "$out"
has_not "without secrets" planted "$out$err"
same "and nothing is defined" "" "$(mcpm list -q)"
expect "a foreign file runs nothing before somebody said yes" 2 mcpm up
has "which is asked" "run these servers?" "$err"
same "still nothing" "" "$(mcpm list -q)"
expect "yes, from a folder below" 0 mcpm up --yes
same "exactly its servers" "shop.db shop.old" "$(mcpm list -q | sort | xargs)"
same "run" "running running" "$(field shop.db status) $(field shop.old status)"
same "in the project's folder" "$shop" "$(readlink "/proc/$(field shop.db pid)/cwd")"
check "with the secret" grep -qz '^API_KEY=planted-project-1$' "/proc/$(field shop.db pid)/environ"
check "and what the file says in default of a variable" grep -qz '^MODE=dev$' "/proc/$(field shop.db pid)/environ"
has_not "that stands in no definition" planted "$(mcpm show shop.db -o json)"
pid=$(field shop.db pid)
expect "again, nobody is asked, for the file is the same" 0 mcpm up
same "and what runs is left alone" "$pid" "$(field shop.db pid)"

# Another project of the same folder name, and a server of nobody's.
printf '{"mcpServers": {"db": {"command": "%s"}}}' "$fixtures/mcp_everything" >"$HOME/elsewhere/shop/.mcp.json"
expect "another project called so" 0 mcpm up -f "$HOME/elsewhere/shop/.mcp.json" --yes
same "has servers of its own" 3 "$(mcpm list -q | wc -l)"
expect "a server of no project" 0 mcpm add mine -- "$fixtures/mcp_everything"

# The file changes: that is asked again.
sed -i 's/"old": .*/"new": { "command": "nosuchprogram-anywhere" },/' "$shop/.mcp.json"
expect "a changed file is asked about again" 2 mcpm up
has "what is new" "shop.new  runs nosuchprogram-anywhere" "$out"
has "and what goes" "shop.old  is no longer in the file" "$out"
expect "one that does not start is said" 1 mcpm up --yes
has "by name" "shop.new: " "$err"
has_not "the old one is gone" shop.old "$(mcpm list -q)"
same "the others are left alone" "$pid" "$(field shop.db pid)"

expect "down" 0 mcpm down
same "leaves those of others" 2 "$(mcpm list -q | wc -l)"
same "and no secret" "" "$(mcpm secret list -q)"
check "nothing of it lives" test ! -e "/proc/$pid"
expect "a second time there is nothing" 4 mcpm down
rm "$HOME/elsewhere/shop/.mcp.json"
cd "$HOME/elsewhere/shop" || exit 1
expect "without the file too" 0 mcpm down
same "only the person's own is left" mine "$(mcpm list -q)"

# A file of ours serves as well; a bad one starts nothing.
printf 'servers:\n  web:\n    command: %s\n' "$fixtures/mcp_everything" >mcpm.yaml
expect "an mcpm.yaml" 0 mcpm up --yes -q
same "its server" shop.web "$out"
expect "goes" 0 mcpm down
printf 'servers:\n  web:\n    comand: x\n' >mcpm.yaml
expect "a bad one" 2 mcpm up --yes
has "is named by its place" "mcpm.yaml:3:5" "$err"
printf '{"mcpServers": {"a": {"command": "x"}' >.mcp.json
expect "a torn one" 2 mcpm up --yes
has "too" ".mcp.json:1:" "$err"
printf '{"mcpServers": {"a": {"command": "%s"}, "b": {"command": "%s"}}}' "$fixtures/mcp_everything" "$fixtures/mcp_everything" >.mcp.json
expect "two servers" 0 mcpm up --yes
printf '{"mcpServers": {"a": {"comand": "x"}, "b": {"command": "%s"}}}' "$fixtures/mcp_everything" >.mcp.json
expect "an entry that is none fails" 2 mcpm up --yes
has "by its name, with what to do" "a is left out: it has neither a command nor a URL" "$err"
same "and what runs under its name stays" "shop.a running shop.b running" "$(echo $(mcpm list --filter name=shop. -o json | json "' '.join(s['name'] + ' ' + s['status'] for s in d)"))"
expect "they go" 0 mcpm down

# Commands that mean a package are taken as that.
run timeout 60 mcpm add pkg -- npx -y mcpm-no-such-package-anywhere
has "npx is taken as its package" "taken as the npm package mcpm-no-such-package-anywhere" "$err"
has "and there is a way back" "--as-is" "$err"
expect "which keeps the command" 0 mcpm add pkg --as-is -- npx -y mcpm-no-such-package-anywhere
same "as it was typed" "npx -y mcpm-no-such-package-anywhere" "$(mcpm show pkg -o json | json "' '.join([d['command']] + d['args'])")"
expect "what is no MCP server stays a command" 0 mcpm add job --transport none -- docker run -i --rm alpine
same "of docker" docker "$(field job command)"
