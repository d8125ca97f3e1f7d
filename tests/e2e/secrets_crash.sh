#!/usr/bin/env bash
# Secrets of every kind are planted, and the agent is killed by SIGSEGV while a call with one is under way: what it leaves behind (the crash
# file, the spool of error reports, logs, database), what it sends (reports, notices, usage), a backup and the titles of processes have none
# of them, before and after.
. "$(dirname "$0")/../support/sandbox.sh"

outside=$sandbox/outside
web=$sandbox/web
mkdir -p "$outside"
export PLANTED_IN_ENV=planted-env-Halibut-1
printf 'planted-file-Herring-2\n' >"$outside/token"
printf '#!/bin/sh\nprintf planted-command-Plaice-3\n' >"$outside/tell"
chmod +x "$outside/tell"
# The last ones are of no store: known by their names, or by what they are given to.
stored=planted-stored-Swordfish-4
header=planted-header-Turbot-5
plain=planted-variable-Sole-6
argument=planted-argument-Brill-7
key=planted-dsn-Cod-8
hook=planted-hook-Ling-9
usage=planted-usage-Hake-10
said=planted-said-Pike-11
planted=("$PLANTED_IN_ENV" planted-file-Herring-2 planted-command-Plaice-3 "$stored" "$header" "$plain" "$argument" "$key" "$hook" "$usage" "$said")
python3 "$MCPM_SOURCE_DIR/tests/support/notice_receiver.py" http "$web" >"$sandbox/port" 2>/dev/null </dev/null &
receiver=$!
mkfifo "$sandbox/hold"
exec 8<>"$sandbox/hold" # the remote's standard input: it ends with us
python3 "$MCPM_SOURCE_DIR/tests/support/remote_server.py" 0 <"$sandbox/hold" >"$sandbox/remote" 2>/dev/null 8>&- &
remote=$!
trap 'kill -KILL $receiver $remote 2>/dev/null; wait $receiver $remote 2>/dev/null; end_sandbox' EXIT
until_true 30 test -s "$sandbox/port" || bad "the receiver starts"
port=$(cat "$sandbox/port")
set_secret() { printf '%s' "$2" | mcpm secret set "$1"; }
export ANALYTICS_ENDPOINT=http://127.0.0.1:$port/usage ANALYTICS_TOKEN=$usage
mkdir -p "$HOME/.config/mcpm"
cat >"$HOME/.config/mcpm/config.yaml" <<Y
sentry:
  dsn: secret:sentry
notify:
  webhook: secret:hook
  group: 100ms
  rules: ["webhook: severity=warning"]
Y
expect "the agent starts" 0 mcpm agent start
expect "the reports' address, where nobody listens yet" 0 set_secret sentry "http://$key@127.0.0.1:1/17"
expect "the notices' address" 0 set_secret hook "http://127.0.0.1:$port/hook/$hook"
expect "a stored secret" 0 set_secret github "$stored"
expect "one for a header" 0 set_secret remote "$header"
expect "what an AI client signs in with" 0 mcpm token create laptop --kind api
planted+=("$out")
expect "the agent takes its configuration" 0 mcpm agent restart
expect "a server with one of each kind" 0 mcpm add talk -e PASSWORD="$plain" --secret A=env:PLANTED_IN_ENV --secret B="file:$outside/token" \
    --secret C="cmd:$outside/tell" --secret D=github --start -- "$fixtures/mcp_everything" --api-key "$argument"
expect "one that says what it was given, and ends badly" 1 mcpm add leaks --restart never --secret A=env:PLANTED_IN_ENV --secret B="file:$outside/token" \
    --secret C="cmd:$outside/tell" --secret D=github -e TOKEN="$plain" --start -- sh -c 'echo "$A $B $C $D token=$TOKEN" >&2; exit 9'
until_true 20 test -s "$sandbox/remote"
expect "a remote with one in its header" 0 mcpm add far --url "http://127.0.0.1:$(tr -dc 0-9 <"$sandbox/remote")/mcp/legacy,session,auth" \
    --header 'Authorization: Bearer ${KEY}' --secret KEY=remote
run mcpm start far # it is refused, with the header's value in its words
check "a report waits on the disk" until_true 20 eval '[ "$(ls "$state/reports" 2>/dev/null | wc -l)" -ge 1 ]'
check "a notice came" until_true 30 eval 'ls "$web"/*.json >/dev/null 2>&1'

# Where it looks: everything that is kept or sent, and what other users of the machine can see. A variable of a process is its user's own.
titles() { for pid in $(ours); do tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null; cat "/proc/$pid/comm" 2>/dev/null; done; }
outputs() {
    mcpm list -o json; mcpm show talk leaks far -o json; mcpm status -o json; mcpm logs talk --tail all; mcpm logs leaks --tail all
    mcpm why leaks -o json; mcpm why far -o json; mcpm events -o json; mcpm export; mcpm secret list -o json; mcpm agent logs -n all
    mcpm doctor; mcpm config show; mcpm usage --show-outgoing; mcpm notify list -o json; mcpm token list -o json
    curl -s --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" http://x/metrics
}
# The address of a report and of a notice has its key, and usage its token, in the place that is for it: those lines are left out.
received() { python3 - "$web" <<'P'
import json, pathlib, sys
for file in pathlib.Path(sys.argv[1]).glob("*.json"):
    print(json.loads(file.read_text())["body"])
P
}
searched() { # WHEN
    local value all shown bodies
    all=$(outputs 2>&1)
    shown=$(titles)
    bodies=$(received)
    for value in "${planted[@]}"; do
        has_not "$1: $value is in no output" "$value" "$all"
        [ "$value" = "$argument" ] || has_not "$1: nor in a title" "$value" "$shown"
        has_not "$1: nor in what was sent" "$value" "$bodies"
        # What a person wrote into a definition as it is stays in the definition: the database, and the copy beside it, which are its owner's.
        if [ "$value" = "$plain" ] || [ "$value" = "$argument" ]; then
            same "$1: nor in a file beside the database" "" "$(grep -rlaF -- "$value" "$HOME" "$XDG_RUNTIME_DIR" 2>/dev/null | grep -v -e '/mcpm\.db' -e '/servers\.backup\.json$')"
        else
            same "$1: nor in a file" "" "$(grep -rlaF -- "$value" "$HOME" "$XDG_RUNTIME_DIR" 2>/dev/null)"
        fi
    done
}
searched "before"
same "what has definitions is its owner's" "" "$(find "$data" -maxdepth 1 \( -name 'mcpm.db*' -o -name servers.backup.json \) -perm /077)"

# The crash, while a call with a secret in its arguments is under way.
crashed=$(agent_pid)
server=$(field talk pid)
mcpm call talk sleep --args "{\"ms\": 20000, \"password\": \"$stored\", \"note\": \"$said\"}" >"$sandbox/call.out" 2>&1 &
caller=$!
under_way() { curl -s --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" http://x/api/servers/talk/why | found '"name":"sleep"'; }
check "a call is under way" until_true 20 under_way
kill -SEGV "$crashed"
check "another agent comes" until_true 30 eval '[ -n "$(agent_pid)" ] && [ "$(agent_pid)" != '"$crashed"' ]'
same "the server lives" "$server" "$(field talk pid)"
kill "$caller" 2>/dev/null
wait "$caller" 2>/dev/null
check "there is a crash file" eval 'ls "$state"/crashes/*.crash >/dev/null 2>&1'
same "and no memory of the process was written down" "" "$(find "$HOME" "$XDG_RUNTIME_DIR" "$PWD" -maxdepth 6 \( -name core -o -name 'core.[0-9]*' \) -newer "$sandbox/port" 2>/dev/null)"
searched "after the crash"

# What waited is sent, and the crash too.
expect "somebody listens now" 0 set_secret sentry "http://$key@127.0.0.1:$port/17"
expect "the agent takes it" 0 mcpm agent restart
check "what waited is sent" until_true 40 eval 'grep -lq "api/17/envelope" "$web"/*.json'
expect "the crash is sent when it is asked for" 0 mcpm doctor --send-crashes
check "and comes" until_true 40 eval 'received | found agent-crash'
searched "after it was sent"
printf 'long enough' | mcpm backup "$sandbox/all.backup" >/dev/null
check "a backup is there" test -s "$sandbox/all.backup"
for value in "${planted[@]}"; do
    check "$value is not in the backup" eval '! grep -qaF -- "$value" "$sandbox/all.backup"'
done
