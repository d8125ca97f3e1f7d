#!/usr/bin/env bash
# Bad input gets a clear message and the documented exit status, and nothing is lost or half done.
. "$(dirname "$0")/../support/sandbox.sh"

expect "an unknown command" 2 mcpm strat
has "gets a suggestion" start "$err"
expect "an unknown flag" 2 mcpm list --frobnicate
has "is named" frobnicate "$err"
expect "an unknown server" 4 mcpm start ghost
has "is named" ghost "$err"
expect "a good server" 0 mcpm add alpha -- "$fixtures/mcp_everything"
expect "a near miss" 4 mcpm show alhpa
has "gets a suggestion" alpha "$err"
expect "the same name twice" 6 mcpm add alpha -- /bin/true
has "is a conflict by name" alpha "$err"
for name in "it's" 'a;b' 'a`b' 'a\b' $'tab\there'; do
    expect "the name $(printf %q "$name")" 2 mcpm add "$name" -- /bin/true
    has "is refused" "Invalid character" "$err"
done
expect "an empty name" 2 mcpm add "" -- /bin/true
has "is refused" "Server name is required" "$err"
expect "a name in any script, even markup, is data" 0 mcpm add '<script>ä 日本</script>' -- /bin/true
expect "and can be removed" 0 mcpm remove '<script>ä 日本</script>'

cat >"$sandbox/three.yaml" <<'Y'
servers:
  good:
    command: /bin/true
  bad-one:
    comand: /bin/true
  bad-two:
    command: /bin/true
    stopTimeout: soon
  bad-three:
    command: /bin/true
    transport: pigeon
Y
expect "a YAML file with three mistakes" 2 mcpm apply -f "$sandbox/three.yaml"
has "first: line and column" "three.yaml:5:5" "$err"
has "second" "three.yaml:8:" "$err"
has "third" "three.yaml:11:" "$err"
expect "and nothing of it was applied" 4 mcpm show good

expect "a missing command" 0 mcpm add missing -- /no/such/program
expect "cannot be started" 1 mcpm start missing
has "with the reason" "No such file or directory" "$err"
printf '#! /no/such/interpreter -x\n' >"$sandbox/script" && chmod +x "$sandbox/script"
expect "a script whose interpreter is missing" 0 mcpm add script -- "$sandbox/script"
expect "cannot be started" 1 mcpm start script
has "with its name" "its interpreter '/no/such/interpreter': No such file or directory" "$err"
printf 'text' >"$sandbox/plain"
expect "a command that is not executable" 0 mcpm add plain -- "$sandbox/plain"
expect "cannot be started" 1 mcpm start plain
has "with the reason" "Permission denied" "$err"
expect "a bad folder" 0 mcpm add lost --cwd /no/such/folder -- /bin/true
expect "cannot be started" 1 mcpm start lost
has "with the reason" "/no/such/folder" "$err"
expect "why says the cause" 0 mcpm why missing
has "with a code" "MCPM-E" "$out"

keeper=$(keeper_pid)
expect "a second agent" 6 mcpmd run
has "names the first one's pid" "$keeper" "$err"
same "the good server is still there" alpha "$(field alpha name)"

note "folders that are not there"
expect "an editor's file without the folder of TMPDIR" 0 env TMPDIR="$sandbox/gone" VISUAL=true mcpm edit alpha
if [ "$(id -u)" -eq 0 ]; then
    mkdir -m 0555 "$sandbox/closed" && chmod 0755 "$sandbox"
    # As nobody: root writes everywhere.
    run setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$sandbox/closed" XDG_RUNTIME_DIR= PATH="$PATH" mcpm agent start
    same "a HOME that is closed is refused" "$status" 5
    has "with what keeps the folder from being there" "closed/.local/state: Permission denied" "$err"
    run setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$sandbox/closed" XDG_RUNTIME_DIR= PATH="$PATH" mcpm doctor
    has "doctor says so" "cannot be created: $sandbox/closed: Permission denied" "$out"
fi
