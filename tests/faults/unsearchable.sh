#!/usr/bin/env bash
# Folders that may not be searched (mode 0000), as an ordinary user meets them: each command and the agent say so, with the
# path; nothing ends by an exception, and what was there is there again when the folder is.
if [ "$(id -u)" -eq 0 ]; then
    # Root searches everything: the story runs as somebody else, with programs that he may run.
    command -v setpriv >/dev/null || { echo "skipped: there is no setpriv"; exit 77; }
    place=$(mktemp -d /tmp/mcpm-unsearchable.XXXXXX)
    trap 'chmod -R u+rwx "$place"; rm -rf "$place"' EXIT
    mkdir -p "$place/build/fixtures" "$place/tests/support" "$place/tests/faults" "$place/tmp"
    cp -l "$MCPM_BUILD_DIR/mcpm" "$MCPM_BUILD_DIR/mcpmd" "$place/build/" 2>/dev/null || cp "$MCPM_BUILD_DIR/mcpm" "$MCPM_BUILD_DIR/mcpmd" "$place/build/"
    cp "$MCPM_BUILD_DIR/fixtures/mcp_everything" "$place/build/fixtures/"
    cp "$MCPM_SOURCE_DIR/tests/support/sandbox.sh" "$place/tests/support/"
    cp "$0" "$place/tests/faults/"
    chmod -R a+rX "$place" && chown 65534:65534 "$place/tmp"
    setpriv --reuid=65534 --regid=65534 --clear-groups env TMPDIR="$place/tmp" MCPM_BUILD_DIR="$place/build" MCPM_SOURCE_DIR="$place" \
        bash "$place/tests/faults/$(basename "$0")"
    exit
fi
. "$(dirname "$0")/../support/sandbox.sh"
cd "$HOME" || exit 1
locked=()
lock() { chmod 0000 "$1"; locked+=("$1"); }
unlock() { local one; for one in "${locked[@]}"; do chmod 0700 "$one"; done; locked=(); }
trap 'unlock; end_sandbox' EXIT
# says WHAT STATUS WORDS COMMAND…: that status, those words, in time, and nothing of an exception
says() {
    local what=$1 wanted=$2 words=$3
    shift 3
    expect "$what" "$wanted" timeout 20 "$@"
    [ -z "$words" ] || has "$what: and says why" "$words" "$out$err"
    has_not "$what: no exception" "filesystem error" "$out$err"
    has_not "$what: no last words" "terminate called" "$out$err"
}

mcpm add one --start -- "$fixtures/mcp_everything"
mcpm secret set K <<<value
pid=$(field one pid) agent=$(agent_pid)

# While the agent lives.
lock "$data"
says "the data folder: servers are listed" 0 one mcpm list
says "and called" 0 "" mcpm call one echo message=x
run timeout 20 mcpm add two -- /bin/true
check "a change that cannot be kept is refused" test "$status" -ne 0
has "with the reason" "ermission denied" "$err"
says "the status has it" 0 "ermission denied" mcpm status
unlock
check "it recovers by itself" until_true 20 mcpm add three -- /bin/true
same "the agent is the same" "$agent" "$(agent_pid)"
same "and the server" "$pid" "$(field one pid)"
has "what was entered before is there" K "$(mcpm secret list)"
has_not "and what was refused is not" two "$(mcpm list -o name)"
lock "$data/servers"
says "the folder of the logs: listed" 0 one mcpm list
run timeout 20 mcpm logs one
has_not "logs without their folder: no exception" "filesystem error" "$out$err"
unlock
lock "$HOME/.config"
says "the configuration: listed" 0 one mcpm list
run timeout 20 mcpm doctor
has_not "doctor without the configuration: no exception" "filesystem error" "$out$err"
for words in "client list" "import --dry-run" "template list" "config list" "client status"; do
    # shellcheck disable=SC2086
    run timeout 20 mcpm $words
    check "mcpm $words ends by itself ($status)" test "$status" -lt 124
    has_not "mcpm $words: no exception" "filesystem error" "$out$err"
done
unlock
for folder in .cursor .claude .codex .gemini .vscode; do mkdir -p "$HOME/$folder" && lock "$HOME/$folder"; done
for words in "client list" "client status" "import --dry-run" "doctor"; do
    # shellcheck disable=SC2086
    run timeout 20 mcpm $words
    check "clients' folders: mcpm $words ends by itself ($status)" test "$status" -lt 124
    has_not "clients' folders: mcpm $words: no exception" "filesystem error" "$out$err"
done
unlock
mkdir "$HOME/here" && cd "$HOME/here" && lock "$HOME/here"
says "the current folder: listed" 0 one mcpm list
run timeout 20 mcpm add four -- ./program
check "the current folder: add ends by itself ($status)" test "$status" -lt 124
has_not "the current folder: no exception" "filesystem error" "$out$err"
cd "$HOME" && unlock
same "the agent is still the same" "$agent" "$(agent_pid)"

# Before it begins.
expect "it ends" 0 mcpm agent stop
for place in "$HOME/.local" "$data" "$HOME/.config" "$state"; do
    lock "$place"
    run timeout 30 mcpm list
    check "without ${place#"$HOME"/}: list ends by itself ($status)" test "$status" -lt 124
    has_not "without ${place#"$HOME"/}: no exception" "filesystem error" "$out$err"
    run timeout 30 mcpm agent start
    check "without ${place#"$HOME"/}: start ends by itself ($status)" test "$status" -lt 124
    [ "$status" -eq 0 ] || has "and says why" "ermission denied" "$err"
    has_not "without ${place#"$HOME"/}: start has no exception" "filesystem error" "$out$err"
    run timeout 30 mcpm doctor
    check "without ${place#"$HOME"/}: doctor ends by itself ($status)" test "$status" -lt 124
    has_not "without ${place#"$HOME"/}: doctor has no exception" "filesystem error" "$out$err"
    unlock
    mcpm agent stop >/dev/null 2>&1
done
expect "when all can be searched it begins" 0 mcpm agent start
has "with what was there" one "$(mcpm list -o name)"
has "and the secrets" K "$(mcpm secret list)"
