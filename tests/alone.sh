#!/usr/bin/env bash
# Whether each source includes what it uses, and each header too: compiled by themselves (preset alone), because the other
# presets compile several sources of a room together.
#   tests/alone.sh           what changed against the merge base (tests/changed.sh)
#   tests/alone.sh --all     every source and every header
#   tests/alone.sh FILE…     these
set -uo pipefail
cd "$(dirname "$0")/.."
. tests/changed.sh
case ${1:-} in
    --all) mapfile -t files < <(git ls-files '*.cpp' '*.hpp') ;;
    "") mapfile -t files < <(changed_files '*.cpp' '*.hpp') ;;
    *) files=("$@") ;;
esac
[ ${#files[@]} -gt 0 ] || { echo "alone: nothing changed"; exit 0; }
cmake --preset alone >/dev/null || exit 1
# Of the sources that the preset builds, their objects; of the headers, how a source of their folder is compiled, on stdin.
printf '%s\n' "${files[@]}" | python3 -c '
import json, os, shlex, sys
top = os.getcwd()
asked = [line.strip() for line in sys.stdin]
commands, folders = {}, {}
for entry in json.load(open("build/alone/compile_commands.json")):
    path = os.path.relpath(entry["file"], top)
    commands[path] = entry
    folders.setdefault(os.path.dirname(path), entry)
for path in asked:
    if path in commands:
        words = shlex.split(commands[path]["command"])
        print("object", words[words.index("-o") + 1])
    elif path.endswith(".hpp") and os.path.dirname(path) in folders:
        words = shlex.split(folders[os.path.dirname(path)]["command"])
        kept, skip = [], False
        for word in words:
            if skip or word == "ccache":
                skip = False
            elif word in ("-o", "-c", "-MF", "-MT", "-MQ"):
                skip = True
            elif word != "-MD":
                kept.append(word)
        print("header", path, shlex.join(kept))
' >build/alone/asked.txt || exit 1
bad=0
mapfile -t objects < <(sed -n 's/^object //p' build/alone/asked.txt)
if [ ${#objects[@]} -gt 0 ]; then cmake --build --preset alone --target "${objects[@]}" -- --quiet -k 0 || bad=1; fi
check_header() {
    local path command
    read -r path command <<<"$1"
    bash -c "$command -Wno-unused -fsyntax-only -x c++ -" <<<"#include \"$path\"" || { echo "$path does not include what it uses"; return 1; }
}
export -f check_header
sed -n 's/^header //p' build/alone/asked.txt | tr '\n' '\0' | xargs -0 -r -P "$(nproc)" -I{} bash -c 'check_header "$1"' _ {} || bad=1
[ "$bad" -eq 0 ] && echo "alone: ${#files[@]} files include what they use"
exit "$bad"
