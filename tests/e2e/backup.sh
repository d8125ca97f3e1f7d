#!/usr/bin/env bash
# backup and restore: one sealed file holds definitions, secrets, profiles, tokens, feedback and history; it opens with its
# passphrase alone, into an empty folder or over one that is moved aside; a running agent keeps it out; a newer program's is refused.
. "$(dirname "$0")/../support/sandbox.sh"

value=s3cr3t-Swordfish-1
file=$sandbox/all.backup
back_up() { printf '%s' "$1" | mcpm backup "${@:2}"; }     # PASSPHRASE WORDS…
restore() { printf '%s' "$1" | mcpm restore "${@:2}"; }    # PASSPHRASE WORDS…
set_secret() { printf '%s\n' "$2" | mcpm secret set "$1"; } # NAME VALUE
elsewhere() { # COMMAND…: with another home
    HOME=$sandbox/other XDG_RUNTIME_DIR=$sandbox/other-run "$@"
}
mkdir -p -m 0700 "$sandbox/other" "$sandbox/other-run"

note "nothing to keep"
expect "no database is no backup" 4 back_up "long enough" "$file"
check "and leaves no file" test ! -e "$file"

note "an agent with something of everything"
expect "a server that runs" 0 mcpm add one --transport none --start -- /bin/sleep 1000
expect "one that does not" 0 mcpm add two --transport none -- /bin/sleep 1000
expect "a secret" 0 set_secret github "$value"
expect "a profile" 0 mcpm profile create work --server one
expect "a token" 0 mcpm token create laptop --kind api
token=$out
expect "feedback" 0 mcpm feedback send "Well done" -t feature
expect "kept, while the agent runs" 0 back_up "long enough" "$file"
has "what is in it is said" "2 servers, 1 secrets, 1 profiles, 1 tokens" "$out"
same "it is its owner's" 600 "$(stat -c %a "$file")"
same "nothing is left beside it" "" "$(find "$sandbox" -maxdepth 1 -name '*.part'; find "$data" -name '.backup-*')"
check "no value can be read in it" eval '! grep -qaF -e "$value" -e github -e SQLite "$file"'
expect "a file that is there stays" 6 back_up "long enough" "$file"
expect "unless it is to be replaced" 0 back_up "long enough" --force "$file"
expect "a short passphrase" 2 back_up short "$sandbox/x.backup"
expect "none at all" 2 back_up "" "$sandbox/x.backup"
expect "a folder that is not there" 1 back_up "long enough" "$sandbox/no/x.backup"
expect "on standard output" 0 bash -c 'printf "long enough" | mcpm backup - >"$1"' _ "$sandbox/stream.backup"
has "the words go elsewhere" "2 servers" "$err"
expect "and is whole" 0 restore "long enough" --check "$sandbox/stream.backup"

note "what does not open"
expect "another passphrase" 1 restore "long enougH" --check "$file"
has "is said" "another passphrase" "$err"
cp "$file" "$sandbox/cut.backup" && truncate -s -1 "$sandbox/cut.backup"
expect "one that was cut off" 1 restore "long enough" --check "$sandbox/cut.backup"
expect "no backup at all" 2 restore "long enough" --check /etc/passwd
expect "no file" 4 restore "long enough" --check "$sandbox/none.backup"
printf 'mcpm-backup 1\n{"created":"2030-01-01T00:00:00Z","version":"9.0.0","schema":999,"salt":"AAAAAAAAAAAAAAAAAAAAAA==","passes":2,"memory":67108864}\n' >"$sandbox/newer.backup"
expect "a newer program's" 6 restore "long enough" --check "$sandbox/newer.backup"
has "both versions are said" "9.0.0" "$err"

note "into the same folder"
expect "not while the agent runs" 6 restore "long enough" --replace "$file"
has "and what to do is said" "mcpm agent stop" "$err"
expect "a change that will be taken back" 0 mcpm remove two
expect "the agent stops" 0 mcpm agent stop
expect "what is there is not replaced by chance" 6 restore "long enough" "$file"
expect "but when it is asked for" 0 restore "long enough" --replace "$file"
has "where it went is said" "before-restore-" "$err"
expect "the agent starts" 0 mcpm agent start
expect "the removed server is there" 0 mcpm show two
expect "the one that ran runs" 0 mcpm wait one --for running --timeout 20s
expect "the agent stops" 0 mcpm agent stop

note "into another one"
expect "restored" 0 elsewhere restore "long enough" "$file"
expect "its agent starts" 0 elsewhere mcpm agent start
expect "with the server that ran" 0 elsewhere mcpm wait one --for running --timeout 20s
expect "with the secret" 0 elsewhere mcpm secret list -q
same "by name" github "$out"
expect "that a server gets" 0 elsewhere mcpm add three --transport none --secret KEY=github --start -- /bin/sh -c 'test "$KEY" = '"$value"' && exec sleep 1000'
expect "as it was" 0 elsewhere mcpm wait three --for running --timeout 20s
expect "with the profile" 0 elsewhere mcpm profile show work
expect "with the feedback" 0 elsewhere mcpm feedback list
has "as it was sent" "Well done" "$out"
expect "with the history" 0 elsewhere mcpm events
has "of before" server "$out"
port=$(elsewhere mcpm agent status -o json | json "next(t['address'].rsplit(':', 1)[1] for t in d['tcp'] if t['listening'])")
same "with the token, by its digest" 200 "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $(printf '%s' "$token" | tr -d '\n' | grep -oE 'mcpm_[A-Za-z0-9_-]+' | head -n 1)" "http://127.0.0.1:$port/api/servers")"
expect "that agent stops" 0 elsewhere mcpm agent stop
