#!/usr/bin/env bash
# Everything dies at once (a power cut) and the agent starts again: what was wanted runs again, what was not does not, and
# only what is proven ours is ended: a marker of another boot or another owner proves nothing.
. "$(dirname "$0")/../support/sandbox.sh"

mkdir "$sandbox/programs" && cp "$fixtures"/{mcp_everything,frozen,stubborn} "$sandbox/programs/"
mcpm add up -- "$sandbox/programs/mcp_everything" && mcpm add down -- "$sandbox/programs/mcp_everything"
mcpm add off -- "$sandbox/programs/mcp_everything" && mcpm add needs --depends-on up -- "$sandbox/programs/mcp_everything"
for server in up down off needs; do expect "$server starts" 0 mcpm start $server; done
expect "one is stopped" 0 mcpm stop down
expect "one is stopped and disabled" 0 mcpm stop off
expect "one is disabled" 0 mcpm disable off
up=$(field up pid) run=$(field up run)
marker() { tr '\0' '\n' <"/proc/$up/environ" | sed -n "s/^$1=//p"; }
owner=$(marker MCPM_OWNER) server=$(marker MCPM_SERVER) boot=$(marker MCPM_BOOT)
check "a server carries its markers" test -n "$owner" -a -n "$server" -a -n "$boot"
same "of this boot" "$(cat /proc/sys/kernel/random/boot_id)" "$boot"

kill -KILL "$(keeper_pid)" "$(agent_pid)"
check "everything dies" until_true 10 eval '[ -z "$(of_sandbox)" ]'

stray() { setsid env MCPM_OWNER="$1" MCPM_SERVER="$server" MCPM_RUN=1 MCPM_BOOT="$2" "$sandbox/programs/stubborn" </dev/null >/dev/null 2>&1 & stray=$!; }
stray "$owner" "$boot"; ours=$stray
stray "$owner" 00000000-1111-2222-3333-444444444444; other_boot=$stray
stray 1-2 "$boot"; other_owner=$stray
sleep 0.5
runs() { [ "$(readlink "/proc/$1/exe" 2>/dev/null)" = "$sandbox/programs/stubborn" ]; }
check "three strays run" eval "runs $ours && runs $other_boot && runs $other_owner"

expect "the agent starts" 0 mcpm agent start
check "what was wanted runs again" until_true 15 eval '[ "$(field up status) $(field needs status)" = "running running" ]'
same "once each" 2 "$(of_sandbox | while read -r p; do readlink "/proc/$p/exe"; done | grep -c mcp_everything)"
check "as another run" test "$(field up run)" -gt "$run"
same "what was stopped is stopped" "stopped stopped" "$(field down status) $(field off status)"
expect "it can be used" 0 mcpm call up echo message=again
check "a process of ours that nobody held was ended" eval "! runs $ours"
check "one with the marker of another boot was not touched" runs $other_boot
check "one of another owner was not touched" runs $other_owner
kill -KILL $other_boot $other_owner
wait 2>/dev/null
expect "the history knows both runs" 0 mcpm why up
