#!/usr/bin/env bash
# The kernel gives no inotify instance, or no more watches: the agent looks after its files by the clock, says so once, and mends them as ever.
if [ -z "${MCPM_TEST_LIMITED:-}" ]; then
    unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_inotify_instances' 2>/dev/null ||
        { echo "skipped: no user namespace can be made here, so that no limit can be set for this test alone"; exit 77; }
    for limit in instances=0 watches=3; do MCPM_TEST_LIMITED=$limit unshare -Ur bash "$0" || exit 1; done
    exit 0
fi
. "$(dirname "$0")/../support/sandbox.sh"
echo "${MCPM_TEST_LIMITED#*=}" >"/proc/sys/user/max_inotify_${MCPM_TEST_LIMITED%=*}"

expect "with $MCPM_TEST_LIMITED an agent starts" 0 mcpm agent start
echo swordfish | mcpm secret set word
said() { grep -c "is looked at every" "$state/agent.log"; }
has "and says what it looks at by the clock" "agent.sock is looked at every" "$(cat "$state/agent.log")"
has "and why" "fs.inotify.max_user_${MCPM_TEST_LIMITED%=*}" "$(cat "$state/agent.log")"
same "each once" 6 "$(said)"
keeper=$(keeper_pid)
rm "$XDG_RUNTIME_DIR/mcpm/agent.sock"
check "its socket removed: bound again" until_true 20 test -S "$XDG_RUNTIME_DIR/mcpm/agent.sock"
rm "$data/agent.lock"
check "the lock removed: taken again" until_true 20 eval '[ "$(keeper_pid)" = "$keeper" ]'
rm "$data/secrets.key"
check "the key removed: written anew" until_true 30 test -s "$data/secrets.key"
rm "$data/mcpm.db" "$data/mcpm.db-wal"
check "the database removed: written anew" until_true 30 test -s "$data/mcpm.db"
same "nothing is said again" 6 "$(said)"
