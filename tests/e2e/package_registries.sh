#!/usr/bin/env bash
# Package registries that lie, are broken, slow or away, and names that are hostile: each is said with what to do, and nothing is half
# installed. npm's and PyPI's are of our own, on loopback.
. "$(dirname "$0")/../support/sandbox.sh"
command -v node >/dev/null && command -v npm >/dev/null || skip_all "node and npm are not installed"
python3 -m venv --help >/dev/null 2>&1 || skip_all "python3 has no venv"
published=$sandbox/published
mkdir -p "$published/fixture-notes"
echo '{"name": "fixture-notes", "version": "1.0.0", "bin": {"fixture-notes": "main.js"}}' >"$published/fixture-notes/package.json"
echo 'setInterval(() => {}, 1000)' >"$published/fixture-notes/main.js"
echo good >"$sandbox/mode"
begin_registry() { # NAME PROGRAM ARGUMENT
    python3 "$MCPM_SOURCE_DIR/tests/support/$2" "$3" >"$sandbox/$1.port" 2>"$sandbox/$1.log" &
    echo $! >"$sandbox/$1.pid"
    until_true 10 test -s "$sandbox/$1.port"
}
end_registries() { for file in "$sandbox"/*.pid; do kill "$(cat "$file")" 2>/dev/null; done; }
trap 'end_registries; end_sandbox' EXIT
begin_registry npm npm_registry.py "$published"
begin_registry pypi pypi_registry.py "$sandbox/mode"
npm=http://127.0.0.1:$(cat "$sandbox/npm.port") pypi=http://127.0.0.1:$(cat "$sandbox/pypi.port")
printf 'registry=%s/\nfetch-retries=0\nfetch-timeout=3000\n' "$npm" >"$HOME/.npmrc"
mkdir -p "$HOME/.config/pip" "$HOME/.config/uv"
printf '[global]\nindex-url = %s/simple\nretries = 1\ntimeout = 3\nno-cache-dir = true\n' "$pypi" >"$HOME/.config/pip/pip.conf"
# The story is about pip: uv is left out of the PATH where it is.
unset "${!PIP_@}" 2>/dev/null

expect "the agent starts" 0 mcpm agent start
left() { mcpm list -q; mcpm secret list -q; find "$data/packages" -mindepth 2 2>/dev/null | grep -v '/\.npm' | sort; }
before=$(left)
# refused WHAT STATUS COMMAND…   said, with what to do, and nothing left
refused() {
    local what=$1 wanted=$2
    shift 2
    expect "$what" "$wanted" "$@"
    check "$what: says something" test -n "$err"
    has_not "$what: no traceback" Traceback "$err"
    same "$what: nothing is left" "$before" "$(left)"
}
# HOW, and what is said by npm and by pip with their exit statuses.
while IFS='|' read -r mode npm_status npm_said pypi_status pypi_said; do
    echo "$mode" >"$published/.mode"
    echo "$mode" >"$sandbox/mode"
    refused "npm: $mode" "$npm_status" mcpm add one --npm fixture-notes@1.0.0
    has "npm: $mode: is said with what to do" "$npm_said" "$err"
    refused "PyPI: $mode" "$pypi_status" mcpm add one --pypi fixture-notes==1.0.0
    has "PyPI: $mode: is said with what to do" "$pypi_said" "$err"
done <<'END'
slow|1|check the network|1|the registry does not answer; try again
altered|1|nothing was installed|1|the registry sent something else than before
broken|1|try again later; npm config list|1|try again later; pip config list
page|1|check the network, and npm's registry|4|which index is asked (pip config list)
empty|1|fixture-notes|4|which index is asked (pip config list)
END

# Archives with paths that lead out: pip refuses them; of npm's nothing of that kind is unpacked.
echo climbs >"$published/.mode"
echo climbs >"$sandbox/mode"
refused "PyPI: a wheel that climbs out of its folder" 1 mcpm add one --pypi fixture-notes==1.0.0
run mcpm add one --npm fixture-notes@1.0.0
check "npm: a tarball that climbs out of its folder is answered ($status)" test "$status" -le 1
same "nothing was written elsewhere" "" "$(find "$sandbox" -name 'escaped.*' -not -path '*/node_modules/fixture-notes/*')$(ls /tmp/mcpm-escaped.js 2>/dev/null)"
mcpm remove one -f >/dev/null 2>&1
rm -rf "$data/packages/npm/fixture-notes" "$data/packages/.npm"
before=$(left)

# Without a hash nobody can tell later whether it is the same: neither the package nor what it needs.
mkdir -p "$published/fixture-needs"
printf '{"name": "fixture-needs", "version": "1.0.0", "bin": {"fixture-needs": "main.js"}, "dependencies": {"fixture-notes": "1.0.0"}}' \
    >"$published/fixture-needs/package.json"
cp "$published/fixture-notes/main.js" "$published/fixture-needs/"
echo bare >"$published/.mode"
refused "npm: a registry without hashes" 1 mcpm add one --npm fixture-notes@1.0.0
has "npm: which hash is missing" "names no hash (dist.integrity or dist.shasum) for fixture-notes 1.0.0" "$err"
has "npm: with what to do" "npm config list" "$err"
echo "bare fixture-notes" >"$published/.mode"
refused "npm: what it needs has no hash" 1 mcpm add one --npm fixture-needs@1.0.0
has "npm: which one" "for fixture-notes 1.0.0" "$err"
echo old >"$published/.mode"
expect "npm: a shasum is a hash" 0 mcpm add one --npm fixture-notes@1.0.0
has "npm: which is the pin's" "sha1-" "$(mcpm show one -o json)"
expect "it goes" 0 mcpm remove one -f
rm -rf "$data/packages/npm/fixture-notes"
echo good >"$published/.mode"
echo weak >"$sandbox/mode"
refused "PyPI: an index with md5 alone" 1 mcpm add one --pypi fixture-notes==1.0.0
has "PyPI: which hash is missing" "names no hash (sha256) for fixture-notes 1.0.0" "$err"
has "PyPI: with what to do" "pip config list" "$err"
echo bare >"$sandbox/mode"
expect "PyPI: an index without hashes" 0 mcpm add one --pypi fixture-notes==1.0.0
has "PyPI: which is said to who adds it" "its index names no hash of fixture-notes 1.0.0: what came this first time is taken at its word" "$err"
check "PyPI: the lock has the hash of what came" grep -q -- '--hash=sha256:' "$data"/packages/pypi/fixture-notes/*/requirements.lock
expect "it goes" 0 mcpm remove one -f
rm -rf "$data/packages/pypi/fixture-notes"
before=$(left)

# The Python that is asked for, and what is installed beside it.
echo good >"$sandbox/mode"
has_version=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
expect "PyPI: by this Python, with another package" 0 mcpm add one --pypi fixture-notes==1.0.0 --python "$has_version" --with fixture-more
check "which is locked, too" grep -q '^fixture-more==1.0.0 --hash=sha256:' "$data"/packages/pypi/fixture-notes/*/requirements.lock
has "and the definition says so" '"python": "'"$has_version"'"' "$(mcpm show one -o json)"
has_not "an index that names hashes is not talked about" "taken at its word" "$err"
expect "it starts" 0 mcpm start one
expect "any newer one fits" 0 mcpm add two --pypi fixture-notes==1.0.0 --python '>=3.8'
expect "a command of uvx means the same" 0 mcpm add three -- uvx --python "$has_version" --with fixture-more fixture-notes==1.0.0
has "with what stands beside it" '"with": ["fixture-more"]' "$(mcpm show three -o json | tr -d '\n' | tr -s ' ' | sed 's/\[ /[/g; s/ \]/]/g')"
for one in one two three; do expect "$one goes" 0 mcpm remove "$one" -f; done
rm -rf "$data/packages/pypi/fixture-notes"
before=$(left)
refused "a Python that is not here" 1 mcpm add one --pypi fixture-notes==1.0.0 --python 3.99
has "is named, with what is here" "it asks for Python 3.99, which is not on the agent's PATH (" "$err"
has "and what to do" "install it" "$err"
refused "a Python that is none" 2 mcpm add one --pypi fixture-notes==1.0.0 --python pypy
has "is named" "pypi.python: expected a version of Python" "$err"
refused "a package beside it that is an option" 2 mcpm add one --pypi fixture-notes==1.0.0 --with=--index-url=http://127.0.0.1:1
has "is named" "pypi.with: expected a package of PyPI" "$err"
refused "a Python for npm" 2 mcpm add one --npm fixture-notes@1.0.0 --python 3.12
has "has no meaning" "it goes with --pypi" "$err"

# What is published as sources alone runs its code when it is built.
refused "PyPI: sources alone" 4 mcpm add one --pypi fixture-source==1.0.0
has "say what gives leave to build them" "--allow-scripts" "$err"
check "and none of their code ran" test ! -e "$HOME/sources-ran"
expect "with leave they are built" 0 mcpm add one --pypi fixture-source==1.0.0 --allow-scripts --transport none
check "by their own code" test -e "$HOME/sources-ran"
check "and locked by their hash" grep -q '^fixture-source==1.0.0 --hash=sha256:' "$data"/packages/pypi/fixture-source/*/requirements.lock
has "that the index named none is said" "taken at its word" "$err"
expect "it goes" 0 mcpm remove one -f
rm -rf "$data/packages/pypi/fixture-source"
before=$(left)

# A registry of servers that names a bundle and not its hash.
printf '{"name": "io.example/one", "description": "x", "version": "1.0.0", "packages": [{"registryType": "mcpb",
    "identifier": "%s/one.mcpb", "transport": {"type": "stdio"}%s}]}' "$npm" "" >"$sandbox/server.json"
refused "a bundle without fileSha256" 2 mcpm install "$sandbox/server.json" --yes
has "with the file" "$sandbox/server.json:1:81: \"io.example/one\" cannot be installed: packages[0]: its bundle has no fileSha256" "$err"
sed -i 's/"transport"/"fileSha256": "abc", "transport"/' "$sandbox/server.json"
refused "a bundle whose fileSha256 is none" 2 mcpm install "$sandbox/server.json" --yes
has "with what is wrong" "is not 64 hexadecimal digits: abc" "$err"

# A crate that its index names no checksum for: cargo itself refuses it, and that is said.
if command -v cargo >/dev/null; then
    mkdir -p "$sandbox/index/fi/xt" "$HOME/.cargo"
    printf '{"dl": "http://127.0.0.1:1/{crate}", "api": null}' >"$sandbox/index/config.json"
    printf '{"name": "fixture-crate", "vers": "1.0.0", "deps": [], "features": {}, "yanked": false}\n' >"$sandbox/index/fi/xt/fixture-crate"
    (cd "$sandbox/index" && exec python3 -u -m http.server --bind 127.0.0.1 0 >"$sandbox/crates.log" 2>&1) &
    echo $! >"$sandbox/crates.pid"
    until_true 10 grep -q port "$sandbox/crates.log"
    crates=$(sed -n 's/.* port \([0-9]*\).*/\1/p' "$sandbox/crates.log" | head -1)
    printf '[source.crates-io]\nreplace-with = "ours"\n[source.ours]\nregistry = "sparse+http://127.0.0.1:%s/"\n' "$crates" >"$HOME/.cargo/config.toml"
    run mcpm add one --cargo fixture-crate --allow-scripts
    check "a crate without a checksum is refused ($status)" test "$status" -ne 0
    has "crates: it is named" "fixture-crate" "$err"
    same "crates: nothing is left" "$before" "$(left)"
else
    note "left out: a crate without a checksum (cargo is not installed)"
fi

echo good >"$sandbox/mode"
refused "npm: no such package" 4 mcpm add one --npm fixture-nosuch
has "with what to do" "check its name" "$err"
refused "npm: no such version" 4 mcpm add one --npm fixture-notes@9.9.9
refused "PyPI: no such package" 4 mcpm add one --pypi fixture-nosuch
has "with what to do" "check its name" "$err"
refused "PyPI: no such version" 4 mcpm add one --pypi fixture-notes==9.9.9
refused "npm: no such program" 2 mcpm add one --npm fixture-notes@1.0.0 --program nosuch
for name in ../x -x 'a b' 'a;b' https://example.org/x.tgz file:/etc git+ssh://h/x; do
    refused "npm: the name $name" 2 mcpm add one --npm="$name"
    refused "PyPI: the name $name" 2 mcpm add one --pypi="$name"
done
mkdir -p "$published/fixture-newer"
printf '{"name": "fixture-newer", "version": "1.0.0", "bin": {"fixture-newer": "main.js"}, "engines": {"node": ">=99"}}' \
    >"$published/fixture-newer/package.json"
cp "$published/fixture-notes/main.js" "$published/fixture-newer/"
for which in "that is installed" "that is there already"; do
    expect "npm: one $which" 0 mcpm add "newer-${#which}" --npm fixture-newer@1.0.0
    has "npm: one $which, for a newer Node, is said to be before it starts" "it asks for node >=99, and this is v" "$err"
done
expect "they go" 0 mcpm remove newer-17 newer-21 -f
before=$(left)
expect "a good one of npm" 0 mcpm add one --npm fixture-notes@1.0.0
expect "a good one of PyPI" 0 mcpm add two --pypi fixture-notes==1.0.0
expect "starts" 0 mcpm start two
has "and is called" "a note" "$(mcpm call two notes)"
before=$(left)
refused "the name is taken" 6 mcpm add one --pypi fixture-notes==1.0.0
has "with which" "a server of that name exists" "$err"
echo slow >"$sandbox/mode"
mcpm add waits --pypi fixture-other >"$sandbox/waits" 2>&1 &
check "what pip unpacks lies in the package's own folder, and goes with it" until_true 60 eval 'ls -d "$data"/packages/pypi/.new-*/pip-* >/dev/null 2>&1'
wait $!
same "and nothing is left" "$before" "$(left)"
interrupt() { # sends Ctrl-C when pip works; what the command said is in $sandbox/interrupted
    python3 - "$data" "$sandbox/interrupted" <<'PY'
import glob, signal, subprocess, sys, time
data, said = sys.argv[1:]
command = subprocess.Popen(["mcpm", "add", "hurried one", "--pypi", "fixture-other"], stderr=open(said, "w"),
                           preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
while command.poll() is None and not glob.glob(data + "/packages/pypi/.new-*/pip-*"):
    time.sleep(0.05)
command.send_signal(signal.SIGINT)
sys.exit(command.wait() != -signal.SIGINT)
PY
}
check "Ctrl-C while it is installed ends the command" interrupt
has "which says that the agent goes on, and what takes it back" "the agent goes on with it: \`mcpm show 'hurried one'\` when it is done, \`mcpm remove 'hurried one'\`" "$(cat "$sandbox/interrupted")"
check "and nothing is left of one that fails" until_true 120 eval '[ "$(left)" = "$before" ]'
end_registries
refused "npm is away" 1 mcpm add three --npm fixture-other@1.0.0
has "with what to do" "check the network" "$err"
refused "PyPI is away" 1 mcpm add three --pypi fixture-other==1.0.0
has "with what to do" "is the network there?" "$err"
expect "what is installed starts without them" 0 mcpm restart two
