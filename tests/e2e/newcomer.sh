#!/usr/bin/env bash
# A person with six client files and five servers in them: what would be done is shown, one command has all of them under one agent, the
# entry that stands in their place answers with the tools of all, and undo gives every byte back; so does connecting each client by hand.
. "$(dirname "$0")/../support/sandbox.sh"

program=$fixtures/mcp_everything
mkdir -p "$HOME/.cursor" "$HOME/.codex" "$HOME/.config/goose" "$HOME/.config/Code/User" "$HOME/.continue" "$HOME/.config/zed"
files=("$HOME/.cursor/mcp.json" "$HOME/.codex/config.toml" "$HOME/.config/goose/config.yaml" "$HOME/.config/Code/User/mcp.json"
    "$HOME/.continue/config.yaml" "$HOME/.config/zed/settings.json")
printf '{\n  // mine\n  "mcpServers": {\n    "one": {"command": "%s", "args": ["--a"]},\n    "two": {"command": "%s", "args": ["--b"], "env": {"API_KEY": "planted-1"}}\n  }\n}\n' \
    "$program" "$program" >"${files[0]}"
printf 'model = "x" # mine\n\n[mcp_servers.one_again]\ncommand = "%s"\nargs = ["--a"]\n' "$program" >"${files[1]}"
printf '# mine\nextensions:\n  three:\n    type: stdio\n    cmd: %s\n    args: [--c]\n    enabled: true\n' "$program" >"${files[2]}"
printf '{"servers": {"four": {"command": "%s", "args": ["--d"]}}}' "$program" >"${files[3]}"
printf 'name: me\nmcpServers:\n  - name: five\n    command: %s\n    args: ["--e"]\n' "$program" >"${files[4]}"
printf '{\n\t// mine\n\t"context_servers": {"one": {"command": "%s", "args": ["--a"], "env": {}}},\n}\n' "$program" >"${files[5]}"
chmod 600 "${files[5]}"
sums() { sha256sum "${files[@]}"; stat -c '%a %n' "${files[@]}"; }
before=$(sums)
expect "the clients of this machine are known" 0 mcpm client list -q
same "all six" "codex continue cursor goose vscode zed" "$(sort <<<"$out" | xargs)"
expect "what would be done is shown" 0 mcpm import --dry-run
same "five are new, two are known by what they run" "5 2" "$(grep -c '  new$' <<<"$out") $(grep -c '  the same as one$' <<<"$out")"
has "with the place of each" "from ${files[4]}:3:5" "$out"
same "nothing was changed" "$before" "$(sums)"
expect "one command has all of them" 0 mcpm import --replace --yes
same "under one agent" "five four one three two" "$(mcpm list -q | sort | xargs)"
for file in "${files[@]}"; do has "one entry is left in ${file#"$HOME"/}" "mcpm" "$(cat "$file")"; done
has_not "and no secret" planted-1 "$(cat "${files[@]}"; mcpm export)"
expect "they start" 0 mcpm start one two three four five
# What a client does with the entry, word by word.
cat >"$sandbox/ask.py" <<'P'
import json, subprocess, sys
entry = json.load(open(sys.argv[1]))["servers"]["mcpm"]
peer = subprocess.Popen([entry["command"], *entry["args"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
def say(message):
    peer.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    peer.stdin.flush()
def answer(number):
    return next(found["result"] for found in map(json.loads, peer.stdout) if found.get("id") == number)
say({"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}})
answer(1)
say({"method": "notifications/initialized"})
say({"id": 2, "method": "tools/list"})
print(" ".join(sorted({tool["name"].split("__")[0] for tool in answer(2)["tools"] if "__" in tool["name"]})))
peer.stdin.close()
peer.wait(10)
P
same "the entry has the tools of all" "five four one three two" "$(timeout 30 python3 "$sandbox/ask.py" "${files[3]}")"
expect "all of it is undone" 0 mcpm import --undo --yes
same "every byte and mode is as it was" "$before" "$(sums)"
same "no server is left" "" "$(mcpm list -q)"
for client in codex continue cursor goose vscode zed; do
    expect "$client is connected" 0 mcpm client connect "$client" --yes
    expect "again, which changes nothing" 0 mcpm client connect "$client" --yes
    expect "and taken back" 0 mcpm client undo "$client" --yes
done
same "every byte and mode is as it was" "$before" "$(sums)"
