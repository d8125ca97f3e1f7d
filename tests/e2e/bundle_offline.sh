#!/usr/bin/env bash
# `mcpm bundle` on one machine, `mcpm install --bundle` on another that reaches nobody: packages of every kind of folder, by the
# hashes of their files; what was changed on the way, or is no bundle, installs nothing.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"
command -v npm >/dev/null && command -v node >/dev/null || skip_all "node and npm are not installed"

# A registry of our own with one package that needs another.
server='const lines = require("readline").createInterface({ input: process.stdin });
const greeting = require("greet");
lines.on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const answers = {
    initialize: { protocolVersion: params && params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "hello", version: "1" } },
    "tools/list": { tools: [{ name: "hello", inputSchema: { type: "object" } }] },
    "tools/call": { content: [{ type: "text", text: greeting }] }, ping: {} };
  const rest = answers[method] ? { result: answers[method] } : { error: { code: -32601, message: "no such method" } };
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, ...rest }) + "\n");
});'
mkdir -p "$sandbox/published/hello-mcp" "$sandbox/published/greet"
printf '%s\n' "#!/usr/bin/env node" "$server" >"$sandbox/published/hello-mcp/index.js"
echo '{"name":"hello-mcp","version":"1.2.3","bin":{"hello-mcp":"index.js"},"dependencies":{"greet":"1.0.0"}}' >"$sandbox/published/hello-mcp/package.json"
echo 'module.exports = "carried over";' >"$sandbox/published/greet/index.js"
echo '{"name":"greet","version":"1.0.0","main":"index.js"}' >"$sandbox/published/greet/package.json"
python3 "$MCPM_SOURCE_DIR/tests/support/npm_registry.py" "$sandbox/published" >"$sandbox/port" 2>/dev/null &
registry=$!
disown $registry
trap 'kill $registry 2>/dev/null; end_sandbox' EXIT
until_true 10 test -s "$sandbox/port"
printf 'registry=http://127.0.0.1:%s/\nfetch-retries=0\n' "$(head -n 1 "$sandbox/port")" >"$HOME/.npmrc"

cat >"$sandbox/tool" <<'T'
#!/bin/sh
exec "$FIXTURE"
T
chmod +x "$sandbox/tool"
cd "$sandbox" || exit 1
printf 'a value' | mcpm secret set pin
expect "an npm package" 0 mcpm add hello --npm hello-mcp --secret PIN=pin -e API_TOKEN=sk-secret-1234567890 --start
expect "a program" 0 mcpm add tool --binary "$sandbox/tool" -e "FIXTURE=$fixtures/mcp_everything"
expect "a command" 0 mcpm add plain -- "$fixtures/mcp_everything"

# The file.
expect "no FILE" 2 mcpm bundle hello
expect "no such server" 4 mcpm bundle nosuch -f x.mcpm
expect "three servers" 0 mcpm bundle hello tool plain -f servers.mcpm
digest=$out
same "its digest is the file's" "$digest" "sha256:$(sha256sum servers.mcpm | cut -d' ' -f1)"
has "what went in is said" "in it: hello, npm" "$err"
has "a secret is named" "mcpm secret set pin" "$err"
has "and a value that is one" API_TOKEN "$err"
has "of a command, what is expected there" "$fixtures/mcp_everything" "$err"
check "no value of a secret is in it" eval '! grep -qa -e sk-secret-1234567890 -e "a value" servers.mcpm'
check "tar reads it" eval 'tar tf servers.mcpm >listing && grep -q "npm/hello-mcp/1.2.3-.*/node_modules/greet/index.js" listing'
check "with the hashes of the lock" eval 'tar xOf servers.mcpm --wildcards "*/package-lock.json" | found integrity'
expect "it is not written over" 6 mcpm bundle hello -f servers.mcpm
expect "but with --force" 0 mcpm bundle hello tool plain -f servers.mcpm --force
digest=$out
check "nothing half written stands beside it" eval '! ls ./*.part 2>/dev/null'
hello_folder=$(find "$data/packages/npm/hello-mcp" -mindepth 1 -maxdepth 1)
cp -p "$hello_folder/node_modules/greet/index.js" kept.js
echo 'module.exports = "altered";' >"$hello_folder/node_modules/greet/index.js"
expect "files that are not those that were installed are not carried" 3 mcpm bundle hello -f altered.mcpm
check "and no file is left of it" eval '! ls altered.mcpm* 2>/dev/null'
cp -p kept.js "$hello_folder/node_modules/greet/index.js"

# Another machine: an own HOME, no npm, and a network that has nobody.
kill $registry
other=$sandbox/other
mkdir -p "$other/home" "$other/bin"
mkdir -m 0700 "$other/run"
ln -s "$(command -v node)" "$other/bin/node"
printf 'PATH=%s:/usr/bin:/bin\n' "$other/bin" >"$other/home/.profile"
there() {
    env HOME="$other/home" XDG_RUNTIME_DIR="$other/run" https_proxy=http://127.0.0.1:9 http_proxy=http://127.0.0.1:9 \
        npm_config_registry=http://127.0.0.1:9/ PATH="$MCPM_BUILD_DIR:$other/bin:/usr/bin:/bin" "$@"
}
end_other() {
    there mcpm agent stop >/dev/null 2>&1
    kill $registry 2>/dev/null
    end_sandbox
}
trap end_other EXIT
packages_there() { find "$other/home/.local/share/mcpm/packages" -mindepth 3 -maxdepth 3 2>/dev/null; }

expect "no file" 4 there mcpm install --bundle nosuch.mcpm
echo "no bundle" >odd.mcpm
expect "no bundle" 2 there mcpm install --bundle odd.mcpm
head -c 3000 servers.mcpm >cut.mcpm
expect "one that is cut" 2 there mcpm install --bundle cut.mcpm
python3 - <<'P'
bytes = bytearray(open("servers.mcpm", "rb").read())
at = bytes.find(b'"carried over"')
bytes[at + 1] ^= 1
open("changed.mcpm", "wb").write(bytes)
P
expect "one byte of one file is another" 6 there mcpm install --bundle changed.mcpm
has "it says so" "are not those that were put into it" "$err"
expect "another file than was meant" 6 there mcpm install --bundle changed.mcpm --digest "$digest"
python3 - <<'P'
import io, tarfile
with tarfile.open("servers.mcpm") as good, tarfile.open("hostile.mcpm", "w", format=tarfile.GNU_FORMAT) as bad:
    for member in good:
        if member.name == "bundle.json":
            info = tarfile.TarInfo("packages/npm/../../../escaped")
            info.size = 3
            bad.addfile(info, io.BytesIO(b"bad"))
        bad.addfile(member, good.extractfile(member) if member.isfile() else None)
P
expect "one that leads out of its folder" 2 there mcpm install --bundle hostile.mcpm
check "writes nothing" eval '! find "$sandbox" -name escaped | found .'
same "of all this no server is there" "" "$(there mcpm list -q)"
same "and no package" "" "$(packages_there)"

there mcpm add hello -- /bin/cat >/dev/null
expect "a server that is here and defined otherwise" 6 there mcpm install --bundle servers.mcpm
same "stays the only one" hello "$(there mcpm list -q)"
same "and its package is taken back" "" "$(packages_there)"
there mcpm remove -f hello
expect "the good one, with its digest" 0 there mcpm install --bundle servers.mcpm --digest "$digest"
has "says what was installed" "created: hello, npm" "$err"
has "and what is missing" "mcpm secret set pin" "$err"
same "and has the three" $'hello\nplain\ntool' "$(there mcpm list -q | sort)"
printf other | there mcpm secret set pin
expect "they start, without npm and without a network" 0 there mcpm start hello tool
same "a package answers" "carried over" "$(there mcpm call hello hello)"
same "and a program" hi "$(there mcpm call tool echo message=hi)"
same "with the rights and times that they had" "" "$(there mcpm doctor --deep 2>/dev/null | grep -i 'was changed\|is gone')"
expect "twice is the same" 0 there mcpm install --bundle servers.mcpm
has "which is said" "unchanged: hello, npm" "$err"
expect "for a script, too" 0 there mcpm install --bundle servers.mcpm -o 'jsonpath=[*].change'
same "each of them" $'unchanged\nunchanged\nunchanged' "$out"
for name in hello tool plain; do expect "$name is removed there" 0 there mcpm remove -f $name; done
same "their packages go with them" "" "$(packages_there)"

# Where the kernel lets us: an agent in a network namespace without an address.
if unshare -rn true 2>/dev/null; then
    there mcpm agent stop
    expect "in a network namespace of its own" 0 there unshare -n sh -c 'mcpm install --bundle servers.mcpm --start && mcpm call hello hello'
    has "it answers there too" "carried over" "$out"
else
    note "no network namespace can be made here: the dead proxy and registry above stand for it"
fi
