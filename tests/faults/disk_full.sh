#!/usr/bin/env bash
# The disk fills while logging and saving: servers run on, one event, it recovers by itself, the gap is marked.
. "$(dirname "$0")/../support/sandbox.sh"

mkdir -p "$state" "$data"
mount -t tmpfs -o size=4m tmpfs "$state" 2>/dev/null || skip_all "a small file system cannot be mounted here"
trap 'mcpm agent stop >/dev/null 2>&1; umount -l "$state"; end_sandbox' EXIT
mcpm add loud --transport none -- "$fixtures/chatty" 0 0 1
check "start" mcpm start loud
pid=$(field loud pid)
fallocate -l 3500k "$state/ballast" 2>/dev/null || dd if=/dev/zero of="$state/ballast" bs=1k count=3500 2>/dev/null
until_true 20 eval '[ "$(df --output=avail "$state" | tail -n 1)" -lt 64 ]'
sleep 2
same "the server runs on" "$pid" "$(field loud pid)"
memory=$(awk '/VmRSS/ {print $2}' "/proc/$(agent_pid)/status")
sleep 3
after=$(awk '/VmRSS/ {print $2}' "/proc/$(agent_pid)/status")
check "memory is flat ($memory kB, then $after kB)" test $((after - memory)) -lt 4096
expect "the agent answers" 0 mcpm list
has "one event says so" "No space left" "$(mcpm events)"
rm -f "$state/ballast"
rm -f "$state"/logs/*/0*.log 2>/dev/null
until_true 20 eval 'mcpm logs loud --tail 2000 2>/dev/null | found "dropped here"'
has "the gap is marked" "dropped here" "$(mcpm logs loud --tail all | grep 'dropped here' | head -n 3)"
expect "and it stops" 0 mcpm stop loud
