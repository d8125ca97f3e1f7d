#!/usr/bin/env bash
# Secrets: stored, listed, removed; given to a process and a remote; what happens when one is missing or its file was
# changed; and that a value is nowhere to be seen: not in answers, logs, events, or any file of ours.
. "$(dirname "$0")/../support/sandbox.sh"

value=s3cr3t-Swordfish-1
new=n3w-Mackerel-2
backwards() { python3 -c 'import sys; print(sys.argv[1][::-1])' "$1"; }
set_secret() { printf '%s\n' "$2" | mcpm secret set "$1"; } # NAME VALUE
api() { # METHOD PATH [BODY]
    curl -s --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" -X "$1" ${3:+-H 'Content-Type: application/json' -d "$3"} "http://x/api$2"
}
# Files, database and its journal, logs: everything the agent writes.
in_files() { grep -rlaF -- "$1" "$HOME" "$XDG_RUNTIME_DIR" 2>/dev/null; }
nowhere() { same "$1: the value is in no file" "" "$(in_files "$2")"; }

note "the store"
expect "nothing is there" 0 mcpm secret list -q
same "nothing is listed" "" "$out"
expect "a secret" 0 set_secret github "$value"
check "its key is its owner's" test "$(stat -c %a "$data/secrets.key" "$data/secrets/github.sealed" | tr '\n' ' ')" = "600 600 "
expect "it is listed" 0 mcpm secret list -o json
same "with its name" github "$(printf '%s' "$out" | json "d[0]['name']")"
has_not "without its value" "$value" "$out"
expect "as a table" 0 mcpm secret list
has "with a title" "USED BY" "$out"
expect "a value on the command line" 2 mcpm secret set github "$value"
expect "an empty value" 2 mcpm secret set empty
expect "a name that is none" 2 set_secret ../x "$value"
expect "a value that is too long" 2 bash -c 'head -c 70000 /dev/zero | tr "\0" x | mcpm secret set long'
expect "a value that is no text" 2 bash -c 'printf "\377" | mcpm secret set binary'
has "the API names it" '"name":"github"' "$(api GET /secrets)"
has_not "and not its value" "$value" "$(api GET /secrets)"
has "the API takes one" success "$(api PUT /secrets/by-api '{"value":"'"$value"'"}')"
has "and wants a text" "a text is expected" "$(api PUT /secrets/by-api '{"value":1}')"
has "and nothing else" "unknown field" "$(api PUT /secrets/by-api '{"value":"x","extra":1}')"
expect "several are removed" 4 mcpm secret remove by-api nobody no-one
has "each failure is said" nobody "$err"
has "each" no-one "$err"
same "and the others are removed" github "$(mcpm secret list -q)"
# at_terminal TEXT COMMAND…: types TEXT when it is asked; says what the terminal showed.
at_terminal() {
    python3 -c '
import os, pty, sys
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown, typed = b"", False
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        piece = b""
    if not piece:
        break
    shown += piece
    if b"not shown" in shown and not typed:
        typed = True
        os.write(terminal, sys.argv[1].encode())
print(shown.decode())
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(code if code >= 0 else 128 - code) # as a shell says it' "$@"
}
expect "at a terminal" 0 at_terminal "$value
" mcpm secret set typed
has "it asks" "value of typed" "$out"
has_not "and does not show" "$value" "$out"
expect "what it takes" 0 mcpm secret remove typed
expect "Ctrl-C" 130 at_terminal $'\003' mcpm secret set typed
expect "stores nothing" 4 mcpm secret remove typed
same "names are completed" github "$(mcpm __complete secret remove '')"

note "a process"
expect "a server with one that is missing" 0 mcpm add proc --transport none --secret TOKEN=nothing --restart never -- "$fixtures/tells_secrets" TOKEN
expect "does not start" 1 mcpm start proc
has "and says which" "there is no secret 'nothing'" "$err"
has "and what to do" "mcpm secret set nothing" "$err"
expect "why" 0 mcpm why proc
has "has a code" MCPM-E106 "$out"
expect "it gets another" 0 mcpm update proc --secret TOKEN=github
expect "it starts" 0 mcpm start proc
ready() { mcpm logs "$1" --run -1 --tail all 2>/dev/null | found -x ready; }
check "it is ready" until_true 20 ready proc
has "it was given the value" "backwards $(backwards "$value")" "$(mcpm logs proc --run -1 --tail all)"
has "which its log does without" "variable TOKEN: *** backwards" "$(mcpm logs proc --run -1 --tail all)"
same "it is known who uses it" '["proc"]' "$(mcpm secret list -o json | json "__import__('json').dumps(d[0]['usedBy'])")"
expect "what is used is kept" 6 mcpm secret remove github
has "and says by whom" proc "$err"
expect "a new value" 0 set_secret github "$new"
has_not "is not of a run that was" "$(backwards "$new")" "$(mcpm logs proc --run -1 --tail all)"
expect "but of the next" 0 mcpm restart proc
check "it is ready again" until_true 20 ready proc
has "which has it" "backwards $(backwards "$new")" "$(mcpm logs proc --run -1 --tail all)"

note "taken over by another agent"
before=$(agent_pid)
kill -KILL "$before"
another_agent() { local now; now=$(agent_pid) && [ -n "$now" ] && [ "$now" != "$before" ]; }
check "another agent is there" until_true 20 another_agent
expect "it restarts" 0 mcpm restart proc
check "and is ready" until_true 20 ready proc
has "with the value" "backwards $(backwards "$new")" "$(mcpm logs proc --run -1 --tail all)"

note "what cannot be opened"
cp "$data/secrets/github.sealed" "$sandbox/kept"
printf x >>"$data/secrets/github.sealed"
expect "altered under a running agent" 0 mcpm restart proc
same "it is written anew" "" "$(cmp "$sandbox/kept" "$data/secrets/github.sealed" 2>&1)"
mv "$data/secrets.key" "$sandbox/key"
expect "its key taken away" 0 mcpm restart proc
same "so is the key" "" "$(cmp "$sandbox/key" "$data/secrets.key" 2>&1)"
has "which is said" "the key of the secrets" "$(mcpm agent status)"
mcpm agent stop
printf x >>"$data/secrets/github.sealed"
mcpm agent start
expect "altered while no agent ran: no start" 1 mcpm restart proc
has "says which secret" "secret 'github' cannot be opened" "$err"
has "and what to do" "mcpm secret set github" "$err"
mcpm agent stop
cp "$sandbox/kept" "$data/secrets/github.sealed"
mv "$data/secrets.key" "$sandbox/key"
mcpm agent start
expect "no key: no start" 1 mcpm start proc
has "says so" "secrets.key is missing" "$err"
expect "and no new one" 6 set_secret other "$value"
has "while values are there" "other secrets are there" "$err"
check "is made" test ! -e "$data/secrets.key"
mv "$sandbox/key" "$data/secrets.key"
expect "the key is back" 0 mcpm start proc

note "a remote"
mkfifo "$sandbox/hold"
exec 8<>"$sandbox/hold" # the remote's standard input: it ends with us
python3 "$MCPM_SOURCE_DIR/tests/support/remote_server.py" 0 <"$sandbox/hold" >"$sandbox/port" 8>&- &
check "a remote listens" until_true 20 grep -q . "$sandbox/port"
base=http://127.0.0.1:$(tr -dc 0-9 <"$sandbox/port")
expect "its secret" 0 set_secret remote good
expect "a header with it" 0 mcpm add far --url "$base/mcp/legacy,session,auth" --header 'Authorization: Bearer ${KEY}' --secret KEY=remote
expect "is let in" 0 mcpm start far
expect "and used" 0 mcpm call far echo message=hello
same "with an answer" hello "$out"
expect "another value" 0 set_secret remote wrong-Herring-3
expect "counts at the next start" 1 mcpm restart far
has "which is refused" 401 "$err"
for where in "mcpm show far" "mcpm show far -o json" "mcpm why far" "mcpm logs far" "mcpm agent logs" "mcpm events"; do
    has_not "no credential in: $where" wrong-Herring-3 "$($where 2>&1)"
done

note "traffic"
expect "a server to talk with" 0 mcpm add talk --secret WORD=github --start -- "$fixtures/mcp_everything"
mcpm trace talk --full -o json >"$sandbox/trace" 2>&1 8>&- &
tracer=$!
echoed() { mcpm call talk echo message="it is $new" >/dev/null; grep -q tools/call "$sandbox/trace"; }
check "a call is traced" until_true 20 echoed
kill "$tracer"
has_not "without the value" "$new" "$(cat "$sandbox/trace")"
has "in its place" "it is ***" "$(cat "$sandbox/trace")"

note "what is secret by its shape"
shaped='h4lf/Halibut+3'
encoded=$(python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1], safe=""))' "$shaped")
in_base64=$(printf 'user:%s' "$shaped" | base64)
cat >"$sandbox/tells.sh" <<'S'
#!/bin/sh
# Says what it was told in many ways, half of it in one write and half in the next, and ends badly.
echo "connecting to $1 with $2" >&2
printf 'the password is %s' "$(printf %s "$3" | cut -c1-7)" >&2
sleep 0.3
printf '%s\n' "$(printf %s "$3" | cut -c8-)" >&2
printf 'Authorization: Basic %s\n' "$(printf 'user:%s' "$3" | base64)" >&2
printf '{"password":"%s"}\n' "$(printf %s "$3" | sed 's,/,\\/,g')" >&2
exit 3
S
chmod +x "$sandbox/tells.sh"
expect "a password in a URL, a token in a flag" 0 mcpm add shape --transport none --restart never -- "$sandbox/tells.sh" "postgres://u:$encoded@h/db" --token="$shaped" "$shaped"
run mcpm start shape
until_true 10 eval 'mcpm logs shape | found "{\"password"'
for where in "mcpm logs shape --tail all" "mcpm why shape" "mcpm show shape" "mcpm events -o json" "mcpm agent logs" "cat $state/logs/$(mcpm show shape -o json | json "d['id']")/current.log"; do
    said=$($where 2>&1)
    has_not "not in: $where" "$encoded" "$said"
    has_not "nor in base64: $where" "${in_base64:10:8}" "$said"
    has_not "nor with escapes: $where" 'h4lf\/Hal' "$said"
done
# The third argument has no shape: that it is the same value as the token's is what hides it.
has "in their place" "the password is ***" "$(mcpm logs shape --tail all)"
has "also of the URL" 'postgres://u:***@h/db with --token=***' "$(mcpm logs shape --tail all)"
has_not "nor in the line of its start" "$encoded" "$(api GET /servers/shape/runs)"

note "nowhere"
for where in "mcpm show proc -o json" "mcpm why proc" "mcpm events -o json" "mcpm agent logs" "mcpm logs proc --tail all" "mcpm export" "mcpm list -o json"; do
    has_not "not in: $where" "$new" "$($where 2>&1)"
    has_not "not in: $where, as it was" "$value" "$($where 2>&1)"
done
has "events tell of it" "secret 'github' set" "$(mcpm events -o json)"
nowhere "while all run" "$new"
nowhere "as it was" "$value"
expect "it is removed by force" 0 mcpm secret remove -f github
expect "and is gone" 4 mcpm secret remove github
expect "the agent ends" 0 mcpm agent stop
nowhere "with the agent gone" "$new"
