#!/usr/bin/env bash
# Places that somebody else made or holds: the folder of the socket, the socket itself, and fifos, folders, devices and
# links where files of ours belong. Nothing is sent to a stranger, nothing waits, nothing of another's is changed.
. "$(dirname "$0")/../support/sandbox.sh"

open=$sandbox/open # as /tmp: anybody may make folders in it
mkdir "$open"
chmod 0755 "$sandbox"
chmod 1777 "$open"
stranger=65534
listen() { # FOLDER: a stranger listens on its agent.sock
    : >"$sandbox/heard"
    python3 "$MCPM_SOURCE_DIR/tests/support/foreign_listener.py" "$stranger" "$1/agent.sock" "$sandbox/heard" &
    listener=$!
    until_true 10 grep -q ready "$sandbox/heard"
}
hear_no_more() { kill "$listener" 2>/dev/null; wait "$listener" 2>/dev/null; rm -rf "$open"/*; }
heard_nothing() { same "$1" ready "$(cat "$sandbox/heard")"; }
sends_nothing() { # WHAT WHY
    local why=$2
    run timeout 10 sh -c 'echo hunter2 | mcpm secret set K'
    same "$1: secret set fails" 1 "$status"
    has "$1: and says why" "$why" "$err"
    run timeout 10 mcpm connect a
    same "$1: connect fails" 1 "$status"
    has "$1: connect says why" "$why" "$err"
    heard_nothing "$1: not a byte was sent"
}

if [ "$(id -u)" -eq 0 ]; then
    export MCPM_RUNTIME_DIR=$open/mcpm
    mkdir -m 0700 "$MCPM_RUNTIME_DIR" && chown "$stranger" "$MCPM_RUNTIME_DIR"
    listen "$MCPM_RUNTIME_DIR"
    sends_nothing "a stranger's folder" "belongs to uid $stranger"
    hear_no_more

    mkdir -m 0700 "$open/theirs" && chown "$stranger" "$open/theirs"
    ln -s "$open/theirs" "$MCPM_RUNTIME_DIR" && chown -h "$stranger" "$MCPM_RUNTIME_DIR"
    listen "$open/theirs"
    sends_nothing "a stranger's link" "is a link"
    hear_no_more

    mkdir -m 0777 "$MCPM_RUNTIME_DIR" && chmod 0777 "$MCPM_RUNTIME_DIR"
    listen "$MCPM_RUNTIME_DIR"
    sends_nothing "a folder of ours that is open to all" "others may write"
    hear_no_more

    mkdir -m 0700 "$MCPM_RUNTIME_DIR"
    listen "$MCPM_RUNTIME_DIR"
    sends_nothing "a stranger who listens in our folder" "uid $stranger"
    hear_no_more

    mkdir -m 0700 "$MCPM_RUNTIME_DIR" && chown "$stranger" "$MCPM_RUNTIME_DIR"
    run timeout 10 mcpmd run
    check "an agent does not begin in a stranger's folder" test "$status" -ne 0
    has "and says whose it is" "belongs to uid $stranger" "$err"
    rm -rf "$MCPM_RUNTIME_DIR"

    # The other way round: a link that leads to what is ours, or another's, keeps the mode of what it leads to.
    mkdir -m 0755 "$open/target"
    ln -s "$open/target" "$MCPM_RUNTIME_DIR"
    run timeout 10 mcpmd run
    check "an agent does not begin behind a link" test "$status" -ne 0
    has "and says that it is one" "is a link" "$err"
    same "what the link leads to keeps its mode" 755 "$(stat -c %a "$open/target")"
    rm -rf "${open:?}"/*
    unset MCPM_RUNTIME_DIR
fi

# in_place_of FILE KIND: that kind of thing lies at FILE
in_place_of() {
    rm -rf "$1"
    case $2 in
    fifo) mkfifo "$1" ;;
    folder) mkdir "$1" ;;
    link) ln -s /dev/zero "$1" ;;
    esac
}
mcpm add one -- "$fixtures/mcp_everything" >/dev/null
mcpm agent stop
for kind in fifo folder link; do
    cp "$data/mcpm.db" "$sandbox/kept.db"
    rm -f "$data/mcpm.db-wal" "$data/mcpm.db-shm"
    in_place_of "$data/mcpm.db" "$kind"
    expect "a $kind in place of the database is an end" 5 timeout 20 mcpm agent start
    has "that names it" "mcpm.db: it is a $kind, not a file" "$err"
    rm -rf "$data/mcpm.db"
    cp "$sandbox/kept.db" "$data/mcpm.db"

    cp "$state/snapshot.json" "$sandbox/kept.json"
    in_place_of "$state/snapshot.json" "$kind"
    run timeout 10 mcpm list
    check "a $kind in place of the snapshot is no list" test "$status" -ne 0 -a "$status" -ne 124
    has "and is named" "snapshot.json: it is a $kind, not a file" "$err"
    rm -rf "$state/snapshot.json"
    cp "$sandbox/kept.json" "$state/snapshot.json"

    in_place_of "$data/agent.lock" "$kind"
    run timeout 10 mcpmd run
    check "a $kind in place of the lock is an end" test "$status" -ne 0 -a "$status" -ne 124
    has "that names it" "agent.lock: it is a $kind, not a file" "$err"
    rm -rf "$data/agent.lock"

    mkdir -p "$HOME/.config/mcpm"
    in_place_of "$HOME/.config/mcpm/config.yaml" "$kind"
    run timeout 10 mcpmd run
    check "a $kind in place of the configuration is an end" test "$status" -ne 0 -a "$status" -ne 124
    has "that names it" "config.yaml: it is a " "$err"
    run timeout 10 mcpm config show
    check "nor is it shown" test "$status" -ne 0 -a "$status" -ne 124
    has "but named" "config.yaml: it is a " "$err"
    rm -rf "$HOME/.config/mcpm/config.yaml"

    cp "$state/agent.log" "$sandbox/kept.log"
    in_place_of "$state/agent.log" "$kind"
    run timeout 10 mcpm agent start
    check "a $kind in place of the agent's log is an end" test "$status" -ne 0 -a "$status" -ne 124
    has "that names it" "agent.log: it is a $kind, not a file" "$err"
    run timeout 10 mcpm agent logs
    check "nor is it printed" test "$status" -ne 0 -a "$status" -ne 124
    has "but named" "agent.log: it is a $kind, not a file" "$err"
    rm -rf "$state/agent.log"
done
expect "without them it begins" 0 mcpm agent start
echo v | mcpm secret set K
for kind in fifo folder link; do
    cp "$data/secrets.key" "$sandbox/kept.key"
    # Stopped meanwhile: it writes a key anew as soon as one is gone.
    pid=$(agent_pid)
    kill -STOP "$pid"
    in_place_of "$data/secrets.key" "$kind"
    kill -CONT "$pid"
    run timeout 10 sh -c 'echo w | mcpm secret set L'
    check "a $kind in place of the vault's key is no key" test "$status" -ne 0 -a "$status" -ne 124
    has "and is named" "secrets.key: it is a $kind, not a file" "$err"
    rm -rf "$data/secrets.key"
    cp "$sandbox/kept.key" "$data/secrets.key"
done
expect "the agent serves on" 0 mcpm start one
