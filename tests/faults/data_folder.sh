#!/usr/bin/env bash
# A data folder that cannot be written: the agent says so, with the reason, and does what it can.
. "$(dirname "$0")/../support/sandbox.sh"

mkdir -p "$data"
mount -t tmpfs -o size=16m tmpfs "$data" 2>/dev/null || skip_all "a file system cannot be mounted here"
trap 'mount -o remount,rw "$data"; mcpm agent stop >/dev/null 2>&1; umount -l "$data"; end_sandbox' EXIT
mcpm add one -- "$fixtures/mcp_everything" && mcpm start one
mount -o remount,ro "$data" 2>/dev/null || { mcpm agent stop; mount -o remount,ro "$data"; mcpm agent start >/dev/null 2>&1; }
run mcpm add two -- /bin/true
check "a definition that cannot be saved is refused" test "$status" -ne 0
has "with the reason" "Read-only" "$err"
expect "servers are still listed" 0 mcpm list
expect "and called" 0 mcpm call one echo message=x
has_not "what was refused is not there" two "$(mcpm list -o name)"
mount -o remount,rw "$data"
expect "it recovers by itself" 0 mcpm add two -- /bin/true
