#!/usr/bin/env bash
# The database is locked, corrupt, or from the future: nothing is lost, and no running server notices.
. "$(dirname "$0")/../support/sandbox.sh"
database=$data/mcpm.db

mcpm add one -- "$fixtures/mcp_everything" && mcpm add two -- "$fixtures/mcp_everything" && mcpm start one
pid=$(field one pid)

python3 - "$database" <<'P' &
import sqlite3, sys, time
c = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
c.execute("BEGIN EXCLUSIVE")
time.sleep(12)
c.execute("ROLLBACK")
P
locker=$!
sleep 1
expect "with the database locked, servers are listed" 0 timeout 5 mcpm list
expect "and called" 0 timeout 5 mcpm call one echo message=locked
timeout 30 mcpm start two >/dev/null 2>"$sandbox/err"
same "and started" running "$(field two status)"
kill -KILL "$(field two pid)"
until_true 8 eval '[ "$(field two status)" = running ]'
same "and restarted" running "$(field two status)"
wait $locker
until_true 10 eval 'mcpm start two >/dev/null 2>&1'
expect "afterwards all is well" 0 mcpm start two

mcpm agent stop
dd if=/dev/urandom of="$database" bs=4096 count=4 conv=notrunc 2>/dev/null
rm -f "$database-wal" "$database-shm"
expect "with a corrupt database the agent starts" 0 mcpm agent start
check "the corrupt one was moved aside, not deleted" eval 'ls "$data" | found "corrupt"'
expect "the definitions are there" 0 mcpm show one
mcpm agent stop
known=$(python3 -c 'import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute("PRAGMA user_version").fetchone()[0])' "$database")
python3 -c 'import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute("PRAGMA user_version=9999"); c.commit()' "$database"
before=$(sha256sum <"$database")
expect "a database from the future is refused" 5 mcpm agent start
has "with a clear message" "newer" "$err"
same "and left as it is" "$before" "$(sha256sum <"$database")"
expect "doctor finds that problem" 1 mcpm doctor
has "and names both versions" "its schema is version 9999, this program knows up to version $known" "$(tr -s ' \n' ' ' <<<"$out")"
python3 -c 'import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute("PRAGMA user_version=" + sys.argv[2]); c.commit()' "$database" "$known" 

python3 -c 'import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); print(c.execute("UPDATE servers SET spec = ? WHERE name = ?", ("{", "two")).rowcount); c.commit()' "$database"
expect "with a definition that can't be read the agent starts" 0 mcpm agent start
expect "its server is not known" 4 mcpm show two
expect "the others are" 0 mcpm show one
expect "the agent's status" 0 mcpm agent status
has "says which was left out" 'server "two"' "$out"
has "and why" "can't be read" "$out"
same "once" 1 "$(grep -c "can't be read" <<<"$out")"
expect "events" 0 mcpm events
has "and so do its events" 'server "two"' "$out"
note "pid of the first run was $pid"
