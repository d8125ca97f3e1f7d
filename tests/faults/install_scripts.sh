#!/usr/bin/env bash
# What comes with a package: its install scripts run only when they are allowed and leave nothing behind, and files that were
# changed since it was installed are not run.
. "$(dirname "$0")/../support/sandbox.sh"
command -v node >/dev/null && command -v npm >/dev/null || skip_all "node and npm are not installed"

# A package of ours in a registry of ours: its install script leaves a daemon with another session, no environment, and
# none of its descriptors.
mkdir -p "$sandbox/registry/leaves-daemon"
cp "$(command -v sleep)" "$sandbox/leftover"
cat >"$sandbox/registry/leaves-daemon/package.json" <<'END'
{"name": "leaves-daemon", "version": "1.0.0", "bin": "index.js", "scripts": {"postinstall": "node install.js"}}
END
printf '#!/usr/bin/env node\nsetInterval(() => {}, 1000);\n' >"$sandbox/registry/leaves-daemon/index.js"
cat >"$sandbox/registry/leaves-daemon/install.js" <<END
require("fs").writeFileSync("$sandbox/scripts-ran", "");
require("child_process").spawnSync("setsid", ["-f", "env", "-i", "$sandbox/leftover", "3600"], {stdio: "ignore"});
END
python3 "$MCPM_SOURCE_DIR/tests/support/npm_registry.py" "$sandbox/registry" >"$sandbox/port" &
registry=$!
trap 'kill "$registry" 2>/dev/null; end_sandbox' EXIT
until_true 10 test -s "$sandbox/port"
printf 'registry=http://127.0.0.1:%s/\n' "$(cat "$sandbox/port")" >"$HOME/.npmrc"

expect "a package with install scripts is added" 0 mcpm add plain --npm leaves-daemon --transport none
check "they were not run" test ! -e "$sandbox/scripts-ran"
has "which is said, with names" "install scripts were not run (of leaves-daemon)" "$err"
has "and how to allow them" "--allow-scripts" "$err"
has "show says it too" "not run: leaves-daemon" "$(mcpm show plain)"

expect "with leave" 0 mcpm add scripted --npm leaves-daemon --allow-scripts --transport none
check "they are run" test -e "$sandbox/scripts-ran"
has "named in the agent's log" "running the install scripts of leaves-daemon" "$(mcpm agent logs -n all)"
same "what they left is ended with the install" "" "$(of_sandbox | tr '\n' ' ')"
check "another installation than the one without" test "$(mcpm show plain -o json | json "d['npm']['pin']['folder']")" != "$(mcpm show scripted -o json | json "d['npm']['pin']['folder']")"
expect "the one without starts all the same" 0 mcpm start plain
rm -f "$sandbox/scripts-ran"
expect "leave is given later, too" 0 mcpm update plain --allow-scripts
has "and shown" "allowed" "$(mcpm show plain)"
expect "and taken back" 0 mcpm update plain --no-allow-scripts

folder=$(mcpm show plain -o json | json "d['npm']['pin']['folder']")
program=$folder/node_modules/leaves-daemon/index.js
mcpm stop plain
expect "doctor compares every file" 0 mcpm doctor --deep
has "and says that they are whole" "every file is as it was installed" "$out"
touch -r "$program" "$sandbox/time"
printf 'x' | dd of="$program" bs=1 seek=2 conv=notrunc 2>/dev/null
touch -r "$sandbox/time" "$program"
run mcpm doctor --deep
same "a byte that was changed with size and time kept is found" 1 "$status"
has "and named" "leaves-daemon/index.js was changed" "$out"
printf '\n// more\n' >>"$program"
run mcpm start plain
check "a changed file is not started" test "$status" -ne 0
has "and is named" "leaves-daemon/index.js was changed" "$err"
has "with what to do" "mcpm upgrade" "$err"
expect "upgrade installs it anew" 0 mcpm upgrade plain
expect "and it starts" 0 mcpm start plain
mcpm stop plain
printf 'evil()\n' >"$folder/node_modules/leaves-daemon/preload.js"
run mcpm start plain
has "new code beside it is named" "preload.js is new" "$err"
rm -f "$folder/node_modules/leaves-daemon/preload.js"
printf '{}' >"$folder/node_modules/leaves-daemon/memory.json"
expect "a server's own data is none of it" 0 mcpm start plain
