#!/usr/bin/env bash
# The database is deleted, cut, garbled or replaced while it is open: noticed, said, and nothing that was answered is lost.
. "$(dirname "$0")/../support/sandbox.sh"
database=$data/mcpm.db

kept() { # everything that a person entered is there
    same "$1: the definitions" "more one" "$(mcpm list -o name | sort | tr '\n' ' ' | sed 's/ $//')"
    has "$1: the token" ci "$(mcpm token list -o name)"
    has "$1: the profile" team "$(mcpm profile list -o name)"
    expect "$1: the approval" 0 mcpm tools verify one
}
mcpm add one -- "$fixtures/mcp_everything" && mcpm start one
mcpm token create ci >/dev/null && mcpm profile create team --server one >/dev/null && mcpm tools approve one >/dev/null
mcpm add more -- "$fixtures/mcp_everything"
echo swordfish | mcpm secret set word && echo other | mcpm secret set spare
pid=$(field one pid)

rm -f "$database" "$database-wal" "$database-shm"
expect "deleted: a change is answered" 0 mcpm token create second
check "and is on disk, in a database that is there" test -s "$database"
expect "it is said in the agent's status" 0 mcpm agent status
has "in words" "deleted or replaced while it was open" "$out"
has "and among the events" "deleted or replaced while it was open" "$(mcpm events)"
kill -KILL "$(keeper_pid)"; sleep 0.5
expect "after the end of all of it" 0 mcpm agent start
kept "deleted"
has "with what was answered after the deletion" second "$(mcpm token list -o name)"

rm -f "$database"
expect "deleted, and the agent restarted at once" 0 mcpm agent restart
kept "restarted"

cp "$database" "$sandbox/other" && python3 -c 'import sqlite3,sys
c = sqlite3.connect(sys.argv[1]); c.execute("DELETE FROM tokens"); c.commit()' "$sandbox/other"
mv "$sandbox/other" "$database"
expect "replaced: a change is answered" 0 mcpm token create third
check "what lay there was moved aside" eval 'ls "$data" | found "mcpm.db.replaced-"'
mcpm agent restart
kept "replaced"
has "with what was answered meanwhile" third "$(mcpm token list -o name)"

dd if=/dev/urandom of="$database" bs=4096 count=6 seek=1 conv=notrunc 2>/dev/null
expect "garbled: a change is answered" 0 mcpm token create fourth
has "said" "another wrote into it" "$(mcpm agent status)"
mcpm agent restart
kept "garbled"
has "with what was answered" fourth "$(mcpm token list -o name)"

truncate -s 4096 "$database"
expect "cut: a change is answered" 0 mcpm token create fifth
mcpm agent restart
kept "cut"
has "with what was answered" fifth "$(mcpm token list -o name)"
expect "the store is well" 0 mcpm agent status
has "and says so" healthy "$(mcpm agent status -o json)"
note "the pid of the first run was $pid"

keeper=$(keeper_pid) pid=$(field one pid)
rm -rf "$data"
expect "its whole folder gone: a change is answered" 0 mcpm token create sixth
check "in a folder that is there again" test -s "$database"
check "that the values were gone too is said" until_true 15 eval 'mcpm agent status | found "changed while the agent ran"'
same "and is its user's alone" 700 "$(stat -c %a "$data")"
expect "the agent restarted" 0 mcpm agent restart
kept "the folder gone"
has "with what was answered" sixth "$(mcpm token list -o name)"
same "the server runs on" "$pid" "$(field one pid)"
expect "a server that needs a secret" 0 mcpm add needy --secret WORD=word --start -- sh -c \
    'printf %s "$WORD" >"$0"; exec "$1"' "$sandbox/lent" "$fixtures/mcp_everything"
same "has its value" swordfish "$(cat "$sandbox/lent")"
has "and among the events" "the key of the secrets" "$(mcpm events)"
mcpm remove -f needy
check "the lock is there again" until_true 20 eval '[ "$(keeper_pid)" = "$keeper" ]'
mv "$data" "$sandbox/elsewhere"
expect "moved away: a change is answered" 0 mcpm token create seventh
kill -KILL "$(keeper_pid)" 2>/dev/null || kill -KILL "$keeper"
sleep 0.5
expect "and all of it ended: the next agent" 0 mcpm agent start
kept "the folder moved"
has "with what was answered" seventh "$(mcpm token list -o name)"

keeper=$(keeper_pid)
rm -rf "$data/secrets" "$data/secrets.key"
check "values that went under the agent are there again by themselves" until_true 15 eval \
    'test -s "$data/secrets.key" && [ "$(ls "$data/secrets" | wc -l)" = 2 ]'
kill -KILL "$keeper"
sleep 0.5
rm -rf "$data/secrets" "$data/secrets.key"
expect "values that went with the agent: the next one" 0 mcpm agent start
check "says whose they were" until_true 15 eval 'mcpm agent status | found "lost: the value of secrets .spare., .word."'
has "among the events" "'spare', 'word'" "$(mcpm events)"
has "in its health" "spare, word" "$(mcpm health)"
has "and in the list" damaged "$(mcpm secret list)"
echo again | mcpm secret set word
expect "what is given again or removed is not missed" 0 mcpm secret remove -f spare
has_not "any more" "values of these are lost" "$(mcpm health)"
