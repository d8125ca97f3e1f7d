#!/usr/bin/env bash
# `mcpm dev`, and `watch` of a definition: a server runs again when its files change.
. "$(dirname "$0")/../support/sandbox.sh"

project=$sandbox/project
mkdir -p "$project/src"
cp "$MCPM_SOURCE_DIR/tests/support/file_tools.py" "$project/server.py"
expect "the agent starts" 0 mcpm agent start
python3 "$MCPM_SOURCE_DIR/tests/support/dev_story.py" "$MCPM_BUILD_DIR/mcpm" "$project" >"$sandbox/dev.out" 2>&1
same "dev on a terminal" 0 $?
[ ! -s "$sandbox/dev.out" ] || bad "dev on a terminal: $(cat "$sandbox/dev.out")"

cd "$project" || exit 1
expect "dev needs something to run" 2 mcpm dev
expect "a pattern outside the folder" 2 mcpm dev --watch ../x -- python3 server.py
has "is named" "--watch" "$err"
same "nothing is left of it" "" "$(mcpm list -q)"

note "watch of a definition"
echo one >tools.txt
expect "add with patterns" 0 mcpm add w --watch '*.py' --watch '/tools.txt' --watch '!src/' --start -- python3 server.py
runs() { field w run; }
is_run() { [ "$(runs)" = "$1" ] && [ "$(field w status)" = running ]; }
same "first run" 1 "$(runs)"
touch src/x.py
echo two >tools.txt
check "a change restarts it" until_true 20 is_run 2
expect "its log" 0 mcpm logs w
has "says why" "tools.txt changed: the server is restarted" "$out"
has_not "what is excluded is not seen" "src/x.py" "$out"
expect "show" 0 mcpm show w -o json
same "the patterns are in the definition" "['*.py', '/tools.txt', '!src/']" "$(printf %s "$out" | json "d['config']['watch']")"
expect "export" 0 mcpm export w
has "has them too" "watch:" "$out"
printf '%s\n' "$out" >"$sandbox/w.yaml"
expect "and reads back as the same" 0 mcpm diff -f "$sandbox/w.yaml"
expect "no-watch" 0 mcpm update w --no-watch --now
check "runs again" until_true 20 is_run 3
echo three >tools.txt
printf 'servers:\n  x:\n    command: a\n    watch: ["../y"]\n' >"$sandbox/bad.yaml"
expect "is refused with its place" 2 mcpm apply -f "$sandbox/bad.yaml"
has "line and column" "bad.yaml:4:5" "$err"
expect "the file asked for remains unseen" 0 mcpm tools list w -q
same "three was not read" "two" "$out"
