#!/usr/bin/env bash
# The log is rotated again and again under a flood while followers read it: no line is lost or repeated at a seam.
. "$(dirname "$0")/../support/sandbox.sh"

lines=150000
mkdir -p "$HOME/.config/mcpm"
printf 'logs:\n  segment_size: 64KiB\n  server_budget: 512MiB\n  max_segments: 1000\n' >"$HOME/.config/mcpm/config.yaml"
expect "the agent starts" 0 mcpm agent start
mcpm add flood --transport none --restart never -- "$fixtures/flooder" 1 lines $lines
followers=()
for number in 1 2; do
    mcpm logs flood -f --tail all --stream stdout >"$sandbox/followed.$number" 2>&1 &
    followers+=($!)
done
mcpm start flood >/dev/null 2>&1
expect "the flood ends" 0 timeout 200 mcpm wait flood --for stopped --timeout 180s
rotated=$(find "$state/logs" -name '0*.log' | wc -l)
check "the log was rotated ($rotated segments)" test "$rotated" -gt 100

# The numbers in order, whatever else is shown: what is wrong with them, or nothing.
seams() {
    awk -v wanted="$lines" '
        !/^line [0-9]+$/ { next }
        $2 != last + 1 { print "line " $2 " after line " last }
        { last = $2 }
        END { if (last != wanted) print "the last one is line " last }' "$1" | head -n 5
}
is_complete() { [ "$(tail -n 1 "$1")" = "line $lines" ] || found -x "line $lines" <(tail -n 20 "$1"); }
# On disk, over all segments in order; the text stands behind the fixed prefix.
find "$state/logs" -name '0*.log' | sort | xargs cut -c 41- >"$sandbox/stored"
same "no line lost or repeated on disk" "" "$(seams "$sandbox/stored")"
for number in 1 2; do
    until_true 120 is_complete "$sandbox/followed.$number"
    same "none in follower $number" "" "$(seams "$sandbox/followed.$number")"
done
mcpm logs flood --tail all --stream stdout >"$sandbox/read"
same "none when it is read back" "" "$(seams "$sandbox/read")"
mcpm remove flood >/dev/null 2>&1
for follower in "${followers[@]}"; do
    until_true 10 eval "! kill -0 $follower 2>/dev/null"
    check "a follower ends with its server" eval "! kill -0 $follower 2>/dev/null"
    kill "$follower" 2>/dev/null
done
