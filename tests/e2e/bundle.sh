#!/usr/bin/env bash
# MCP bundles and programs by their address: what they ask for, installed by the digest of their bytes, started, called; and what a
# hostile archive gets: nothing.
. "$(dirname "$0")/../support/sandbox.sh"
command -v node >/dev/null || skip_all "node is not installed"
packages=$data/packages
mkdir -p "$sandbox/served"
python3 - "$sandbox/served" <<'END'
import json, os, stat, sys, zipfile

folder = sys.argv[1]
SERVER = '''const lines = require("readline").createInterface({ input: process.stdin });
const fs = require("fs");
lines.on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const text = process.argv.slice(2).join(" ") + " key of " + process.env.NOTES_KEY.length + " " + fs.readFileSync(process.env.NOTES_DATA + "/a.txt");
  const answers = {
    initialize: { protocolVersion: params && params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "notes", version: "1" } },
    "tools/list": { tools: [{ name: "notes", inputSchema: { type: "object" } }] },
    "tools/call": { content: [{ type: "text", text }] }, ping: {} };
  const rest = answers[method] ? { result: answers[method] } : { error: { code: -32601, message: "no such method" } };
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, ...rest }) + "\\n");
});
'''
MANIFEST = {"manifest_version": "0.3", "name": "notes", "version": "1.2.0", "description": "Notes.", "author": {"name": "A"},
            "server": {"type": "node", "entry_point": "server/index.js", "mcp_config": {
                "command": "node", "args": ["${__dirname}/server/index.js", "--root", "${user_config.root}"],
                "env": {"NOTES_KEY": "${user_config.api_key}", "NOTES_DATA": "${__dirname}/data"}}},
            "user_config": {"root": {"type": "directory", "description": "the folder", "required": True},
                            "api_key": {"type": "string", "description": "a key", "sensitive": True, "required": True}}}


def bundle(name, manifest=MANIFEST, server=SERVER, more=()):
    with zipfile.ZipFile(os.path.join(folder, name), "w", zipfile.ZIP_DEFLATED) as archive:
        if manifest is not None:
            archive.writestr("manifest.json", manifest if isinstance(manifest, str) else json.dumps(manifest))
        archive.writestr("server/index.js", server)
        archive.writestr("data/a.txt", "from the data")
        for path, text, mode in more:
            entry = zipfile.ZipInfo(path)
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)


bundle("notes.mcpb")
bundle("newer.mcpb", dict(MANIFEST, version="1.3.0"))
bundle("climbs.mcpb", more=[("../../escaped", "x", 0o100644)])
bundle("absolute.mcpb", more=[("/tmp/mcpm-escaped", "x", 0o100644)])
bundle("links.mcpb", more=[("server/link", "/etc/passwd", stat.S_IFLNK | 0o777)])
bundle("bomb.mcpb", more=[("zeros", b"\0" * (300 << 20), 0o100644)])
bundle("empty.mcpb", None)
bundle("wrong.mcpb", "{")
bundle("typed.mcpb", dict(MANIFEST, server={"type": 7}))
bundle("unknown.mcpb", dict(MANIFEST, manifest_version="9"))
bundle("astray.mcpb", dict(MANIFEST, server=dict(MANIFEST["server"], entry_point="../index.js")))
bundle("missing.mcpb", dict(MANIFEST, server=dict(MANIFEST["server"], entry_point="server/nosuch.js")))
bundle("uv.mcpb", dict(MANIFEST, manifest_version="0.4", server={"type": "uv", "entry_point": "src/main.py"}))
bundle("cycle.mcpb", dict(MANIFEST, server=dict(MANIFEST["server"], mcp_config={"args": ["${user_config.nosuch}"]})))
whole = open(os.path.join(folder, "notes.mcpb"), "rb").read()
open(os.path.join(folder, "cut.mcpb"), "wb").write(whole[: len(whole) // 2])
open(os.path.join(folder, "text.mcpb"), "w").write("no archive")
open(os.path.join(folder, "large.mcpb"), "wb").write(b"x" * (10 << 20))
END
cp "$fixtures/mcp_everything" "$sandbox/served/everything"
digest_of() { echo "sha256:$(sha256sum "$1" | cut -d ' ' -f 1)"; }
(cd "$sandbox/served" && exec python3 -c '
import functools, http.server
handler = http.server.SimpleHTTPRequestHandler
handler.log_message = lambda *_: None
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_port, flush=True)
server.serve_forever()') >"$sandbox/port" &
server=$!
trap 'kill "$server" 2>/dev/null; end_sandbox' EXIT
until_true 10 test -s "$sandbox/port"
served=http://127.0.0.1:$(cat "$sandbox/port")
expect "the agent starts" 0 mcpm agent start

expect "a bundle is looked at" 0 mcpm template show "$sandbox/served/notes.mcpb"
has "with what it asks for" "root *" "$out"
expect "without a yes nothing of it is installed" 2 mcpm install "$sandbox/served/notes.mcpb" root="$sandbox" api-key=planted-Secret-80
has "but it was shown" "--root" "$err"
same "nothing is there" "" "$(ls "$packages/mcpb" 2>/dev/null)$(mcpm secret list -q)"
cd "$sandbox/served" || exit 1
expect "with a yes it is, by a path from here" 0 mcpm install notes.mcpb --yes --start root="$sandbox" api-key=planted-Secret-80
expect "and called" 0 mcpm call notes notes
has "with its arguments, its secret and its own folder" "--root $sandbox key of 17 from the data" "$out"
has "pinned by the digest of its bytes" "1.2.0  $(digest_of notes.mcpb)" "$(mcpm show notes)"
has_not "whose secret is in no definition" planted-Secret "$(mcpm show notes -o json; mcpm export)"
expect "the same by its address" 0 mcpm install "$served/notes.mcpb" --yes --name far root="$sandbox" api-key=x
same "is there once" 1 "$(ls "$packages/mcpb/notes" | wc -l)"
expect "a newer one beside it" 0 mcpm install newer.mcpb --yes --name newer root="$sandbox" api-key=x
same "is another" 2 "$(ls "$packages/mcpb/notes" | wc -l)"
expect "it goes" 0 mcpm remove newer -f
same "with its files" 1 "$(ls "$packages/mcpb/notes" | wc -l)"

before=$(mcpm list -q; mcpm secret list -q; find "$packages" | sort)
for name in climbs absolute links bomb empty wrong typed unknown astray missing uv cycle cut text large; do
    run mcpm install "$name.mcpb" --yes --name "$name" root="$sandbox" api-key=x
    check "$name.mcpb is refused" test "$status" -ne 0
    check "$name.mcpb: it is said why" grep -qE "mcpm: .{20,}" <<<"$err"
done
run mcpm install nosuch.mcpb --yes
same "one that is not there" 4 "$status"
same "nothing is left of any of them" "$before" "$(mcpm list -q; mcpm secret list -q; find "$packages" | sort)"
check "nothing was written elsewhere" test ! -e /tmp/mcpm-escaped

# A bundle that a server.json of a registry names: its bytes must have the hash that stands there.
server_json() { # FILE HASH
    printf '{"name": "io.github.example/notes", "description": "Notes.", "version": "1.2.0", "packages": [{"registryType": "mcpb",
        "identifier": "%s/notes.mcpb", "fileSha256": "%s", "transport": {"type": "stdio"}}]}' "$served" "$2" >"$1"
}
server_json "$sandbox/notes.json" "$(printf '0%.0s' {1..64})"
expect "one with another hash is refused" 6 mcpm install "$sandbox/notes.json" --yes --name registered root="$sandbox" api-key=x
server_json "$sandbox/notes.json" ""
run mcpm install "$sandbox/notes.json" --yes --name registered root="$sandbox" api-key=x
check "one without a hash, too" test "$status" -ne 0
same "and nothing is left" "$before" "$(mcpm list -q; mcpm secret list -q; find "$packages" | sort)"
digest=$(digest_of notes.mcpb)
server_json "$sandbox/notes.json" "${digest#sha256:}"
expect "with its own it is shown" 0 mcpm template show "$sandbox/notes.json"
has "with what the bundle asks for" "root *" "$out"
expect "and installed" 0 mcpm install "$sandbox/notes.json" --yes --start --name registered root="$sandbox" api-key=planted-Secret-81
has "with the same values as the bundle itself" "key of 17" "$(mcpm call registered notes)"
expect "import says what a bundle is" 2 mcpm import "$sandbox/served/notes.mcpb"
has "and what installs it" "mcpm install" "$err"

# A program by its address.
expect "a program by its address needs its digest" 2 mcpm add tool --binary "$served/everything"
expect "with another digest nothing is installed" 6 mcpm add tool --binary "$served/everything" --digest "sha256:$(printf '0%.0s' {1..64})"
same "nothing is left" "" "$(ls "$packages/binary" 2>/dev/null)"
expect "with its own it is" 0 mcpm add tool --binary "$served/everything" --digest "$(digest_of everything)" --start
same "and started" running "$(field tool status)"
check "directly" grep -qF "$packages/binary/everything/" <<<"$(readlink "/proc/$(field tool pid)/exe")"
expect "an address that has nothing" 4 mcpm add none --binary "$served/nosuch" --digest "$(digest_of notes.mcpb)"
expect "it goes" 0 mcpm remove tool -f
same "with its file" "" "$(ls "$packages/binary")"
