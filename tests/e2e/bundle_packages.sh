#!/usr/bin/env bash
# `mcpm bundle` for a machine without a network, with packages of PyPI, Go modules, crates and MCP bundles: made in one home, installed
# in another that reaches nobody, started and called there. And what must not be installed: damaged, of other hardware, without its
# interpreter. npm and images have stories of their own (bundle_offline.sh, bundle_images.sh). Registries are of our own.
. "$(dirname "$0")/../support/sandbox.sh"
python3 -c 'import ensurepip, venv' 2>/dev/null || skip_all "python3 has no venv"
support=$MCPM_SOURCE_DIR/tests/support

# The first machine: its interpreters lie in a folder of its own, which the second one has not.
first=$sandbox/first
mkdir -p "$first" "$HOME/.config/pip" "$HOME/.config/mcpm" "$sandbox/made"
python=$(python3 -c 'import sys; print(sys.executable)')
version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
ln -s "$python" "$first/python3" && ln -s "$python" "$first/$version"
path=$first:/usr/bin:/bin
node=$(command -v node) && ln -s "$node" "$first/node"
echo good >"$sandbox/mode"
python3 "$support/pypi_registry.py" "$sandbox/mode" >"$sandbox/port" 2>"$sandbox/registry" &
registry=$!
disown $registry
trap 'kill $registry 2>/dev/null; end_sandbox' EXIT
until_true 10 test -s "$sandbox/port"
unset "${!PIP_@}" 2>/dev/null
printf '[global]\nindex-url = http://127.0.0.1:%s/simple\nno-cache-dir = true\n' "$(cat "$sandbox/port")" >"$HOME/.config/pip/pip.conf"
if command -v go >/dev/null; then
    path=$path:$(dirname "$(readlink -f "$(command -v go)")")
    mkdir -p "$HOME/.config/go"
    printf 'GOPROXY=file://%s\nGOSUMDB=off\nGOTELEMETRY=off\nGOCACHE=%s\n' "$sandbox/proxy" "${MCPM_TEST_GOCACHE:-$MCPM_BUILD_DIR/go-cache}" >"$HOME/.config/go/env"
    python3 "$support/go_proxy.py" "$sandbox/proxy"
fi
rust=$(HOME=$(getent passwd "$(id -u)" | cut -d : -f 6) rustc --print sysroot 2>/dev/null)
[ ! -x "$rust/bin/cargo" ] || path=$path:$rust/bin
printf 'path: %s\n' "$path" >"$HOME/.config/mcpm/config.yaml"

servers=() # what the toolchains of this machine can make
made() { # NAME TOOL WANTED: is called here, and later there
    servers+=("$1")
    printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$sandbox/calls"
    expect "$1 starts here" 0 mcpm start "$1"
    has "and is called" "$3" "$(mcpm call "$1" "$2" 2>&1)"
}
cd "$sandbox/made" || exit 1
expect "a package of PyPI" 0 mcpm add notes --pypi fixture-notes==1.0.0
made notes notes "a note"
if command -v go >/dev/null; then
    expect "a Go program" 0 mcpm add words --go example.test/notes/cmd/notes@v1.0.0 -- by heart
    made words words "v1.0.0 by heart"
else
    note "left out: go is not installed"
fi
if [ -x "$rust/bin/cargo" ]; then
    python3 "$support/crate.py" "$sandbox/crates"
    mkdir -p "$HOME/.cargo"
    printf '[source.crates-io]\nreplace-with = "ours"\n[source.ours]\ndirectory = "%s"\n' "$sandbox/crates" >"$HOME/.cargo/config.toml"
    expect "a crate" 0 mcpm add crab --cargo mcpm-crab@0.3.0 --allow-scripts
    made crab shell "of a crab"
else
    note "left out: no cargo that runs in another home"
fi
if [ -n "$node" ]; then
    python3 - clock.mcpb <<'P'
import json, sys, zipfile

SERVER = '''require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const answers = {
    initialize: { protocolVersion: params && params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "clock", version: "1" } },
    "tools/list": { tools: [{ name: "strike", inputSchema: { type: "object" } }] },
    "tools/call": { content: [{ type: "text", text: require("fs").readFileSync(__dirname + "/../data/bell.txt", "utf8") }] }, ping: {} };
  const rest = answers[method] ? { result: answers[method] } : { error: { code: -32601, message: "no such method" } };
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, ...rest }) + "\\n");
});
'''
MANIFEST = {"manifest_version": "0.3", "name": "clock", "version": "1.2.0", "description": "A clock.", "author": {"name": "A"},
            "server": {"type": "node", "entry_point": "server/index.js", "mcp_config": {"command": "node", "args": ["${__dirname}/server/index.js"]}}}
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("manifest.json", json.dumps(MANIFEST))
    archive.writestr("server/index.js", SERVER)
    archive.writestr("data/bell.txt", "eleven strokes")
P
    expect "an MCP bundle" 0 mcpm install clock.mcpb --yes
    made clock strike "eleven strokes"
else
    note "left out: node is not installed"
fi
expect "one file with ${#servers[*]} servers: ${servers[*]}" 0 mcpm bundle "${servers[@]}" -f servers.mcpm
digest=$out
check "as it was built here" eval 'tar tf servers.mcpm >listing; ! command -v go >/dev/null || found "^packages/go/.*/bin/notes$" listing'

# The second machine: another home; registries, toolchains and the first machine's interpreter are not there.
kill $registry
mcpm agent stop
rm -rf "$first" "$sandbox/proxy" "$sandbox/crates" clock.mcpb
other=$sandbox/other
mkdir -p "$other/home/.config/mcpm" "$other/bin"
mkdir -m 0700 "$other/run"
for name in sh env cat rm mkdir; do ln -s "$(command -v $name)" "$other/bin/$name"; done
printf 'path: %s\n' "$other/bin" >"$other/home/.config/mcpm/config.yaml"
apart=()
if unshare -rn true 2>/dev/null; then apart=(unshare -rn); else note "no network namespace can be made here: dead proxies stand for it"; fi
there() { # as the other user, without a network
    "${apart[@]}" env HOME="$other/home" XDG_RUNTIME_DIR="$other/run" https_proxy=http://127.0.0.1:9 http_proxy=http://127.0.0.1:9 GOPROXY=off \
        PATH="$MCPM_BUILD_DIR:$other/bin" "$@"
}
end_other() {
    there mcpm agent stop >/dev/null 2>&1
    end_sandbox
}
trap end_other EXIT
left_there() { there mcpm list -q; find "$other/home/.local/share/mcpm/packages" -mindepth 3 -maxdepth 3 2>/dev/null; }
refused() { # WHAT STATUS SAID COMMAND…: said, and nothing is left of it
    local what=$1 wanted=$2 said=$3
    shift 3
    expect "$what" "$wanted" there "$@"
    has "$what: it is said" "$said" "$err"
    same "$what: nothing is left of it" "" "$(left_there)"
}
change() { # FROM TO OUT: the bundle with a text of the same length in the place of the last such one
    python3 - "$@" <<'P'
import sys
text = bytearray(open("servers.mcpm", "rb").read())
old, new = sys.argv[1].encode(), sys.argv[2].encode()
at = text.rfind(old)
assert at >= 0 and len(old) == len(new), old
text[at:at + len(old)] = new
open(sys.argv[3], "wb").write(text)
P
}

expect "its agent starts" 0 there mcpm agent start
refused "without that Python" 1 "$version" mcpm install --bundle servers.mcpm
has "and what to do" "install $version here" "$err"
ln -s "$python" "$other/bin/$version"
if [ -n "$node" ]; then
    refused "without node" 1 "needs $first/node" mcpm install --bundle servers.mcpm
    ln -s "$node" "$other/bin/node"
fi
refused "another file than was meant" 6 "is not the bundle that is meant" mcpm install --bundle servers.mcpm --digest "sha256:$(printf '0%.0s' {1..64})"
change '"a note"' '"a vote"' changed.mcpm
refused "a module of PyPI is another" 6 "are not those that were put into it" mcpm install --bundle changed.mcpm
head -c "$(($(stat -c %s servers.mcpm) / 2))" servers.mcpm >cut.mcpm
refused "a bundle that broke off" 2 "bundle" mcpm install --bundle cut.mcpm
if [[ ${servers[*]} == *words* ]]; then
    change '"heart"' '"Heart"' arguments.mcpm # in the definition, not in a package: what is signed by the digest alone
    refused "a definition that is another, when the digest is given" 6 "is not the bundle that is meant" mcpm install --bundle arguments.mcpm --digest "$digest"
fi
case $(uname -m) in x86_64) mine=x86_64 foreign=armv7l ;; *) mine=$(uname -m) foreign=$(uname -m | sed 's/./x/') ;; esac
if [[ ${servers[*]} == *words* || ${servers[*]} == *crab* ]]; then
    change "\"platform\":\"$mine " "\"platform\":\"$foreign " foreign.mcpm
    refused "a program of other hardware" 1 "this machine is $mine" mcpm install --bundle foreign.mcpm
    has "and what to do" "make the bundle on a machine of this kind" "$err"
else
    note "left out: nothing with a program of one kind of machine could be built"
fi

expect "a server that is here and defined otherwise" 6 eval 'there mcpm add clock -- /bin/cat >/dev/null && there mcpm install --bundle servers.mcpm --start'
has "is a conflict" "defined otherwise" "$err"
expect "it goes" 0 there mcpm remove -f clock
same "and nothing of the bundle stayed" "" "$(left_there)"
expect "the good one" 0 there mcpm install --bundle servers.mcpm --digest "$digest" --start
same "has all of them" "$(printf '%s\n' "${servers[@]}" | sort)" "$(there mcpm list -q | sort)"
while IFS=$'\t' read -r name tool wanted; do
    has "$name answers without a network" "$wanted" "$(there mcpm call "$name" "$tool" 2>&1)"
done <"$sandbox/calls"
same "the Python is that of this machine" "$other/bin/$version" "$(readlink "$other"/home/.local/share/mcpm/packages/pypi/*/*/bin/python)"
same "nothing differs from what was installed" "" "$(there mcpm doctor --deep 2>&1 | grep -E 'was changed|is gone')"
expect "twice is the same" 0 there mcpm install --bundle servers.mcpm
[ -z "$node" ] || same "and so is node" "$other/bin/node" "$(json 'd["interpreter"]' <"$(echo "$other"/home/.local/share/mcpm/packages/mcpb/*/*/placed.json)")"
