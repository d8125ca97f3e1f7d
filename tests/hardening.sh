#!/usr/bin/env bash
# The release is built hardened: the flags of every file and the links of both programs, as a fresh configuration has them;
# and what is in build/release, when it was built from it, as the linker left it.
set -uo pipefail
cd "$(dirname "$0")/.."
. tests/support/found.sh
bad=0
need() { # FLAG FILE TEXT
    case $3 in *"$1"*) ;; *) echo "$2 lacks $1"; bad=1 ;; esac
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --preset release -B "$folder" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
# It knows what it is built from.
commit=$(git -c safe.directory="$PWD" log -1 --abbrev=12 --format='%h", "%cs')
need "$commit" "mcpm version" "$(cat "$folder/generated/build_info.cpp")"
flags=(-fPIC -fstack-clash-protection -D_FORTIFY_SOURCE=3 -fstack-protector-strong -O2)
[ "$(uname -m)" != x86_64 ] || flags+=(-fcf-protection=full)
while IFS=$'\t' read -r file command; do
    for flag in "${flags[@]}"; do
        command=${command//-fPIE/-fPIC} # a program's own files
        case $flag:$command in -fstack-protector-strong:*fmt_static*|-fstack-protector-strong:*cmake/asio.cpp*|-fstack-protector-strong:*cmake/beast.cpp*) continue ;; esac
        need "$flag" "$file" "$command"
    done
done < <(python3 -c 'import json,sys
for e in json.load(open(sys.argv[1])): print(e["file"], e["command"], sep="\t")' "$folder/compile_commands.json")
links() { sed -n "/^build $1: CXX_EXECUTABLE_LINKER/,/^$/p" "$folder/build.ninja"; }
need -static-pie mcpm "$(links mcpm)"
need -pie mcpmd "$(links mcpmd)"
for program in mcpm mcpmd; do need "-z,relro -Wl,-z,now" "$program" "$(links $program)"; done
for program in build/release/mcpm build/release/mcpmd; do
    [ -x "$program" ] && [ "$program" -nt CMakePresets.json ] && [ "$program" -nt cmake/hardening.cmake ] || continue
    readelf -h "$program" | found 'Type:.*DYN' || { echo "$program is not position-independent"; bad=1; }
    readelf -lW "$program" | found GNU_RELRO || { echo "$program has no RELRO"; bad=1; }
    readelf -lW "$program" | grep 'GNU_STACK' | found RWE && { echo "$program has an executable stack"; bad=1; }
done
exit "$bad"
