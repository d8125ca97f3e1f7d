#!/usr/bin/env bash
# What a definition reaches beyond its own box is said before, shown, on record, and refused where the policy says so. The same of
# the agent itself: whom it runs as, where it listens, who can read its key. Needs no container engine: nothing is started.
. "$(dirname "$0")/../support/sandbox.sh"

expect "a container that has the machine is defined" 0 mcpm add root --image alpine -v /:/host --cap-add SYS_ADMIN
has "which is said in a sentence" "'root': it reaches every file of this machine (-v /:/host)" "$err"
has "for each risk" "'root': it has a capability with which a container can be left (--cap-add SYS_ADMIN)" "$err"
has "and shown" "it reaches every file of this machine" "$(mcpm show root)"
same "for programs too" "['host-root', 'capability']" "$(mcpm show root -o json | json "[r['name'] for r in d['risks']]")"
risks() { mcpm events -o json | json "[(e['serverName'], e.get('actor', '')) for e in (d if isinstance(d, list) else d['events']) if e['type'] == 'server:risk']"; }
has "and on record" "('root', 'uid:" "$(risks)"
has "with who gave it" "(mcpm, pid " "$(risks)"
expect "a command that runs one is read" 0 mcpm add run --transport none -- docker run -i --rm -v /var/run/docker.sock:/s alpine
has "as its engine does" "it can command the container engine" "$err"
expect "an ordinary one" 0 mcpm add plain --image alpine -v /home/me/notes:/data
same "has nothing to say" "" "$err"
expect "a change says what is new" 0 mcpm update plain --network host
has "in the same words" "'plain': it is in this machine's own network" "$err"
cat >"$sandbox/servers.yaml" <<'END'
servers:
  filed:
    image: alpine
    volumes: ["/etc:/etc"]
END
expect "a file is applied" 0 mcpm apply -f "$sandbox/servers.yaml"
has "with the same words" "'filed': it reaches a folder that this machine itself needs (-v /etc:/etc)" "$err"

mkdir -p "$HOME/.config/mcpm"
printf 'policy:\n  refuse: [host-root, engine-socket]\n' >"$HOME/.config/mcpm/config.yaml"
expect "a policy" 0 mcpm agent restart
run mcpm add other --image alpine -v /:/host
same "refuses a definition" 1 "$status"
has "with the sentence" "the policy of this agent refuses \"other\": it reaches every file of this machine (-v /:/host)" "$err"
has "and where it is said" "policy.refuse in config.yaml names host-root" "$err"
run mcpm update plain -v /:/host
has "a change too" "the policy of this agent refuses" "$err"
run mcpm start run
check "and the start of what was there before" test "$status" -ne 0
has "for the same reason" "the policy of this agent refuses" "$err"
has "which why has with its code" MCPM-E108 "$(mcpm why run)"
expect "what it does not name is allowed" 0 mcpm add net --image alpine --network host
printf 'policy:\n  refuse: [root]\n' >"$HOME/.config/mcpm/config.yaml"
run timeout 10 env MCPM_DATA_HOME="$sandbox/data2" MCPM_RUNTIME_DIR="$sandbox/run2" mcpmd run
has "a name that is none is a bad configuration" "host-root, engine-socket" "$err"
rm "$HOME/.config/mcpm/config.yaml"
mcpm agent stop

mcpm agent start
[ "$(id -u)" -ne 0 ] || has "running as root is said" "runs as root" "$(mcpm agent status 2>&1)"
echo v | mcpm secret set K
run mcpm doctor
has_not "a key of ours alone is nothing to say" "others can read it" "$out"
chmod 0644 "$data/secrets.key"
run mcpm doctor
same "one that others can read is a problem" 1 "$status"
has "and named" "secrets.key opens every secret, and others can read it" "$out"
has "with what to do" "chmod 600" "$out"
