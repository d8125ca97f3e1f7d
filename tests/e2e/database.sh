#!/usr/bin/env bash
# The database where DATABASE_URL or database.url says: everything follows; another program's is passed over or left as it is.
# SESSION_SECRET: a new one ends every session of the dashboard, and it is shown nowhere.
. "$(dirname "$0")/../support/sandbox.sh"

place=$sandbox/disk/own.db
config=$HOME/.config/mcpm
pass="long enough"
words_of() { printf %s "$1" | tr -s ' \n' ' '; } # TEXT
on_terminal() { python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' "$@"; } # COMMAND…
back_up() { printf '%s' "$pass" | mcpm backup "$@"; }
restore() { printf '%s' "$pass" | mcpm restore "$@"; }

note "placed by the variable that others know"
expect "the agent starts" 0 env DATABASE_URL="sqlite:///$place" mcpm agent start
expect "a server" 0 mcpm add one --transport none -- /bin/sleep 1000
check "its database is there" test -s "$place"
check "and not in the data folder" test ! -e "$data/mcpm.db"
same "it is its owner's" 600 "$(stat -c %a "$place")"
same "the agent says where" "$place" "$(mcpm agent status -o json | json 'd["paths"]["database"]')"
run mcpm doctor
has "and doctor, without the variable" "$place" "$out$err"
expect "what is kept is the agent's, whatever this shell's variables say" 0 back_up "$sandbox/all.backup"
has "with its server" "1 servers" "$out"
expect "it is replaced" 0 mcpm agent restart
expect "and knows the server" 0 mcpm show one
expect "another agent is not let in" 78 env HOME="$sandbox/other" XDG_RUNTIME_DIR="$sandbox" XDG_CONFIG_HOME= XDG_DATA_HOME= XDG_STATE_HOME= MCPM_CONFIG_HOME="$sandbox/o/c" MCPM_DATA_HOME="$sandbox/o/d" \
    MCPM_STATE_HOME="$sandbox/o/s" MCPM_RUNTIME_DIR="$sandbox/o/r" MCPM_HTTP_LISTEN=off DATABASE_URL="sqlite:///$place" timeout 60 mcpmd run
has "which is said" "another agent uses the database $place" "$err"
expect "it stops" 0 mcpm agent stop

note "placed by config.yaml"
mkdir -p "$config"
printf 'database.url: "sqlite:///%s"\n' "$place" >>"$config/config.yaml"
same "config show has it" "sqlite:///$place" "$(mcpm config show database.url -o json | json 'd[0]["value"]')"
expect "kept with the agent down" 0 back_up --force "$sandbox/all.backup"
has "from there" "1 servers" "$out"
expect "not over it by chance" 6 restore "$sandbox/all.backup"
has "it is named" "$place" "$err"
expect "but when that is asked for" 0 restore --replace "$sandbox/all.backup"
has "what was there is beside it" "$sandbox/disk/before-restore-" "$err"
expect "the agent starts" 0 mcpm agent start
expect "and knows the server" 0 mcpm show one
expect "it stops" 0 mcpm agent stop

note "on standard output, as pg_dump and tar"
expect "-o -" 0 bash -c 'printf "long enough" | mcpm backup -o - >"$1"' _ "$sandbox/a.backup"
expect "and no name at all" 0 bash -c 'printf "long enough" | mcpm backup >"$1"' _ "$sandbox/b.backup"
for file in a b; do expect "is whole" 0 restore --check "$sandbox/$file.backup"; done
expect "not together with a file" 2 back_up -o - "$sandbox/c.backup"
expect "never to a terminal" 2 on_terminal mcpm backup

note "another program's"
for url in postgres://me:s3cr3t@db/app sqlite:///./app.db; do
    expect "$url keeps no agent from starting" 0 env DATABASE_URL="$url" mcpm agent start
    has "which says so" "DATABASE_URL: expected an absolute path" "$(words_of "$(mcpm agent status --no-trunc 2>&1)")"
    has "in its log, too" "DATABASE_URL: expected" "$(cat "$state/agent.log")"
    run env DATABASE_URL="$url" mcpm doctor
    has "doctor names it" "DATABASE_URL: expected" "$(words_of "$out$err")"
    has_not "without what is secret" s3cr3t "$out$err$(cat "$state/agent.log")"
    expect "the one that config.yaml names is used" 0 mcpm show one
    expect "it stops" 0 mcpm agent stop
    expect "by our own name it is a mistake" 78 env MCPM_DATABASE_URL="$url" mcpmd run
    has "with what is expected" "expected an absolute path as sqlite:////srv/mcpm/mcpm.db" "$err"
    has_not "and nothing secret" s3cr3t "$err"
done
python3 - "$sandbox/theirs.db" <<'PY'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as theirs:
    theirs.execute("CREATE TABLE users (name TEXT)")
PY
before=$(sha256sum <"$sandbox/theirs.db")
expect "a database of another program's" 78 env MCPM_DATABASE_URL="sqlite:///$sandbox/theirs.db" timeout 60 mcpmd run
has "is named" "another program's database" "$err"
same "and left as it is" "$before" "$(sha256sum <"$sandbox/theirs.db")"

note "the secret of sessions"
secret=S3ssion-0123456789-Swordfish
signed_in() { curl -s -b "mcpm_session=$cookie" "http://127.0.0.1:$(tcp_port)/api/session" | json 'd["data"]["signedIn"]'; }
sign_in() { # sets cookie
    local link
    link=$(mcpm dashboard --print)
    cookie=$(curl -s -D - -o "$sandbox/page" "$link" | tr -d '\r' | sed -n 's/^[Ss]et-[Cc]ookie: mcpm_session=\([^;]*\).*/\1/p')
}
expect "an agent with one" 0 env SESSION_SECRET=$secret mcpm agent start
sign_in
same "a session" True "$(signed_in)"
expect "it is replaced" 0 mcpm agent restart
same "and the session goes on" True "$(signed_in)"
has_not "the secret is in no answer" Swordfish "$(mcpm agent status -o json; SESSION_SECRET=$secret mcpm config show 2>&1; SESSION_SECRET=$secret mcpm doctor 2>&1; cat "$state/agent.log")"
has "config show says that there is one" "SESSION_SECRET" "$(SESSION_SECRET=$secret mcpm config show http.session_secret)"
mcpm agent stop
expect "the same again" 0 env SESSION_SECRET=$secret mcpm agent start
same "keeps it" True "$(signed_in)"
mcpm agent stop
expect "another" 0 env SESSION_SECRET=${secret}2 mcpm agent start
same "ends it" False "$(signed_in)"
mcpm agent stop
expect "a short one" 78 env SESSION_SECRET=keyboard-cat mcpmd run
has "is refused with what is expected" "SESSION_SECRET: expected 16 to 4096 bytes" "$err"
has_not "and not shown" keyboard "$err"
