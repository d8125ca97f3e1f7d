#!/usr/bin/env bash
# Of what cmake/unity.py makes (files of a room compiled together): two files whose private names meet are in one unit, each with its own,
# and a header that one machine alone has is included where its file has it, within its #if. Needs no build.
set -uo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/room"
printf '#include <cstring>\n#if defined(MACHINE_THAT_NOBODY_HAS)\n#include <header_that_nobody_has.h>\n#endif\nnamespace mcpm::room {\nint first();\nnamespace {\nint limit() { return 1; }\n}\nint first() { return limit(); }\n}\n' >"$folder/room/a.cpp"
printf '#include <cstdio>\nnamespace mcpm::room {\nint second();\nnamespace {\nint limit() { return 2; }\n}\nint second() { return limit(); }\n}\n' >"$folder/room/b.cpp"
units=$(python3 cmake/unity.py "$folder" "$folder/out" 100 "$folder/room/a.cpp" "$folder/room/b.cpp") || exit 1
failed=0
[ "$units" = "$folder/out/0.cpp" ] || { echo "two files whose private names meet are not in one unit: $units"; failed=1; }
for header in cstring cstdio; do
    [ "$(grep -c "^#include <$header>" "$folder/out/0.cpp")" = 1 ] || { echo "<$header> is not before names are changed"; failed=1; }
done
[ "$(grep -c header_that_nobody_has "$folder/out/0.cpp")" = 0 ] || { echo "a header within #if is included on every machine"; failed=1; }
g++ -std=gnu++20 -fsyntax-only -I"$folder" "$folder/out/0.cpp" || { echo "the unit is not compiled"; failed=1; }
exit $failed
