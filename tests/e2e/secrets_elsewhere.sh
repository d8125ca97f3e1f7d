#!/usr/bin/env bash
# Secrets that are kept elsewhere: a variable, a file, a command, systemd's credentials, the desktop's keyring. Each is planted, given to
# a server, and searched for in every output, file, process title, trace, export and report.
. "$(dirname "$0")/../support/sandbox.sh"

mkdir -p "$sandbox/outside/credentials" "$sandbox/outside/bin"
export CREDENTIALS_DIRECTORY=$sandbox/outside/credentials PLANTED_IN_ENV=planted-env-Halibut-1
printf 'planted-file-Herring-2\n' >"$sandbox/outside/token"
printf 'planted-command-Plaice-3\n' >"$sandbox/outside/command"
printf 'planted-credential-Sole-4\n' >"$CREDENTIALS_DIRECTORY/token"
# What stands for the keyring's program says which attributes it was asked for, on stderr.
cat >"$sandbox/outside/bin/secret-tool" <<'END'
#!/bin/sh
[ "$*" = "lookup service mcpm" ] || exit 1
printf 'planted-keyring-Turbot-5'
END
cat >"$sandbox/outside/bin/tell" <<'END'
#!/bin/sh
echo run >>"$1.runs"
cat "$1"
echo "and stderr: $(cat "$1")" >&2
[ ! -e "$1.fails" ]
END
chmod +x "$sandbox/outside/bin/secret-tool" "$sandbox/outside/bin/tell"
export PATH=$sandbox/outside/bin:$PATH
planted() { printf '%s\n' planted-env-Halibut-1 planted-file-Herring-2 planted-command-Plaice-3 planted-credential-Sole-4 planted-keyring-Turbot-5; }
backwards() { python3 -c 'import sys; print(sys.argv[1][::-1])' "$1"; }

expect "the agent starts" 0 mcpm agent start
expect "a server with a secret of each kind" 0 mcpm add tells --transport none --secret A=env:PLANTED_IN_ENV --secret B="file:$sandbox/outside/token" \
    --secret C="cmd:tell $sandbox/outside/command" --secret D=credential:token --secret E=keyring:service=mcpm -- "$fixtures/tells_secrets" A B C D E
expect "it starts" 0 mcpm start tells
until_true 10 eval 'mcpm logs tells | found ready'
logs=$(mcpm logs tells --tail all)
while read -r value; do has "it was given $value" "$(backwards "$value")" "$logs"; done < <(planted)
expect "another one that names the same command" 0 mcpm add second --transport none --secret C="cmd:tell $sandbox/outside/command" -- "$fixtures/tells_secrets" C
expect "starts" 0 mcpm start second
same "the command was asked once for both" 1 "$(wc -l <"$sandbox/outside/command.runs")"
has "the definition names the place" "env:PLANTED_IN_ENV" "$(mcpm show tells -o json)"
expect "an export has the places" 0 mcpm export
has "and can be applied" "credential:token" "$out"

# Nowhere to be seen. A variable of the agent's own environment is there for its user in /proc, as everywhere.
touch "$sandbox/outside/command.fails"
expect "a command that fails" 0 mcpm add fails --transport none --secret C="cmd:tell $sandbox/outside/command second" -- "$fixtures/tells_secrets" C
expect "does not start its server" 1 mcpm start fails
has "and is said" "it exited with 1" "$err$(mcpm why fails)"
all=$(mcpm list -o json; mcpm show tells -o json; mcpm status -o json; mcpm logs tells --tail all; mcpm logs fails --tail all; mcpm why tells; mcpm why fails; mcpm why fails -o json
    mcpm events -o json; mcpm export; mcpm secret list -o json; mcpm agent logs -n all; mcpm doctor; mcpm config show; mcpm stats -o json; mcpm usage -o json
    curl -s --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" http://x/metrics
    curl -s --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" http://x/api/servers/tells/runs)
titles=$(for pid in $(ours); do tr '\0' ' ' <"/proc/$pid/cmdline"; cat "/proc/$pid/comm"; done)
while read -r value; do
    has_not "$value is in no output" "$value" "$all$logs$err"
    has_not "and in no process title" "$value" "$titles"
    same "and in no file of ours" "" "$(grep -rlaF -- "$value" "$HOME" "$XDG_RUNTIME_DIR" 2>/dev/null)"
done < <(planted)

# What is missing or wrong.
for reference in env:NOT_THERE file:/nonexistent/x credential:nosuch keyring:service=other cmd:nosuch-program; do
    expect "$reference: a definition may name it" 0 mcpm add missing --transport none --secret X="$reference" -- "$fixtures/tells_secrets" X
    expect "a start says it is not there" 1 mcpm start missing
    check "by its kind" grep -qE 'the secret from the|the credential' <<<"$err$(mcpm why missing)"
    expect "it goes" 0 mcpm remove missing -f
done
for reference in env:1X file:relative cmd: credential:../x keyring:x; do
    expect "$reference is refused" 2 mcpm add wrong --secret X="$reference" -- "$fixtures/tells_secrets" X
done
head -c 70000 /dev/zero | tr '\0' x >"$sandbox/outside/long"
expect "a value that is too long" 0 mcpm add long --transport none --secret X="file:$sandbox/outside/long" -- "$fixtures/tells_secrets" X
expect "starts nothing" 1 mcpm start long

# After the agent is replaced, what lives on is still hidden.
rm "$sandbox/outside/command.fails"
expect "the agent is replaced" 0 mcpm agent restart
mcpm logs tells --tail all >"$sandbox/after"
while read -r value; do has_not "$value is still hidden" "$value" "$(cat "$sandbox/after")"; done < <(planted)
