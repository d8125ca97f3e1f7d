#!/usr/bin/env bash
# An upgrade moves a lock only when the new version passes its start test: it starts and lists tools. Else the version before it is
# pinned again, what was installed goes, and the server is as it was. The registry is of our own, on loopback.
. "$(dirname "$0")/../support/sandbox.sh"
command -v node >/dev/null && command -v npm >/dev/null || skip_all "node and npm are not installed"
published=$sandbox/published
mkdir -p "$published"

publish() { # VERSION KIND   kind: good, dies, or none (no tools)
    local place=$published/fixture-notes@$1
    mkdir "$sandbox/new.$1"
    printf '{"name": "fixture-notes", "version": "%s", "bin": {"fixture-notes": "main.js"}}\n' "$1" >"$sandbox/new.$1/package.json"
    cat >"$sandbox/new.$1/main.js" <<END
#!/usr/bin/env node
if ("$2" === "dies") { console.error("the new one does not start"); process.exit(7); }
const tools = "$2" === "none" ? [] : [{ name: "version", inputSchema: { type: "object" } }];
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const answers = { initialize: { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "n", version: "$1" } },
    "tools/list": { tools }, "tools/call": { content: [{ type: "text", text: "version $1" }] }, ping: {} };
  const rest = answers[method] ? { result: answers[method] } : { error: { code: -32601, message: "no such method" } };
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, ...rest }) + "\n");
});
END
    mv "$sandbox/new.$1" "$place"
}
publish 1.0.0 good
python3 "$MCPM_SOURCE_DIR/tests/support/npm_registry.py" "$published" >"$sandbox/port" 2>"$sandbox/npm.log" &
registry=$!
trap 'kill "$registry" 2>/dev/null; end_sandbox' EXIT
until_true 10 test -s "$sandbox/port"
address=http://127.0.0.1:$(cat "$sandbox/port")
printf 'registry=%s/\nfetch-retries=0\n' "$address" >"$HOME/.npmrc"
digest=$(curl -s "$address/fixture-notes" | json "d['versions']['1.0.0']['dist']['integrity']")
mkdir -p "$data/custom-templates"
template() { # VERSION DIGEST   a template with its lock
    cat >"$data/custom-templates/notes.yaml" <<END
id: notes
name: Notes
description: Notes of our own.
category: demo
server:
  npm: {package: fixture-notes, version: "$1", digest: "$2", before: "2026-02-01"}
END
}
pinned() { mcpm show "$1" -o json | json "d['npm']['pin']['version']"; }
folders() { ls "$data/packages/npm/fixture-notes"; }

expect "the agent starts" 0 mcpm agent start
template 1.0.0 "sha512-$(printf 'A%.0s' {1..86})=="
expect "a template whose archive has another hash" 6 mcpm install notes
has "is refused with both" "its archive is not the one that was meant: the registry has $digest" "$err"
same "and nothing is left of it" "" "$(mcpm list -q; ls -A "$data/packages/npm" 2>/dev/null)"
template 1.0.0 "$digest"
expect "with its own it is installed" 0 mcpm install notes --start
same "as it was locked" 1.0.0 "$(pinned notes)"

publish 1.1.0 dies
expect "a newer one is found" 0 mcpm upgrade notes --check
has "by its version" 1.1.0 "$out"
expect "one that does not start is not taken" 1 mcpm upgrade notes
has "which is said" 'the new version of "notes" is not taken' "$err"
has "with what it said itself" "the new one does not start" "$err"
has "and what is now" "the version before it runs again" "$err"
same "the pin went back" 1.0.0 "$(pinned notes)"
has "with the lock as it was" "$digest" "$(mcpm show notes -o json)"
same "the server runs" running "$(field notes status)"
has "as the one before" "version 1.0.0" "$(mcpm call notes version)"
same "and nothing of the new one is left" 1 "$(folders | wc -l)"

expect "the server is stopped" 0 mcpm stop notes
publish 1.2.0 none
expect "one that lists no tools is not taken" 1 mcpm upgrade notes
has "which is said" "offers no tools" "$err"
same "the pin went back" 1.0.0 "$(pinned notes)"
same "the server is stopped as before" stopped "$(field notes status)"
same "and nothing of the new one is left" 1 "$(folders | wc -l)"

publish 1.3.0 good
expect "a good one is taken" 0 mcpm upgrade notes
has "which is said" "1.0.0 -> 1.3.0" "$out"
same "the pin moved" 1.3.0 "$(pinned notes)"
has_not "and the old lock went" "$digest" "$(mcpm show notes -o json)"
same "the server is stopped as before" stopped "$(field notes status)"
same "and the old version is gone" 1 "$(folders | wc -l)"
expect "it starts" 0 mcpm start notes
publish 1.4.0 good
expect "one that runs is upgraded, too" 0 mcpm upgrade notes
has "and is the new one at once" "version 1.4.0" "$(mcpm call notes version)"
expect "there is nothing newer" 0 mcpm upgrade notes
has "which is said" "1.4.0 is the newest" "$out"
