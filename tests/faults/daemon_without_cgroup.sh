#!/usr/bin/env bash
# Without a cgroup a daemon of a server's (double fork, session of its own, empty environment, every descriptor closed) is
# ended with its server, and with no other: at stop, after a crash, after a restart of the agent, and by the agent's end.
# What cannot be proven is named, and not signalled.
. "$(dirname "$0")/../support/sandbox.sh"

as() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
    # Root may write where cgroups are; somebody else may not.
    command -v setpriv >/dev/null || skip_all "needs setpriv, to run an agent as another user"
    chmod 0755 "$sandbox"
    as() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
fi
mkdir -p "$sandbox/programs"
# Copies of their own: told by their paths, they are found whatever they did to environment and parents.
for name in one two three; do cp "$fixtures/escaper" "$sandbox/programs/$name"; done
cp "$MCPM_BUILD_DIR/mcpm" "$MCPM_BUILD_DIR/mcpmd" "$sandbox/programs/"
[ "$(id -u)" -ne 0 ] || chown -R 65534:65534 "$HOME" "$XDG_RUNTIME_DIR"
export PATH=$sandbox/programs:$PATH

of_program() { # NAME     its processes, the server's own included
    local pid
    for pid in /proc/[0-9]*; do
        [ "$(readlink "$pid/exe" 2>/dev/null)" = "$sandbox/programs/$1" ] && printf '%s\n' "${pid#/proc/}"
    done
}
daemon_of() { # NAME      the one without an environment
    local pid
    for pid in $(of_program "$1"); do [ -n "$(head -c 1 "/proc/$pid/environ" | tr '\0' x)" ] || printf '%s\n' "$pid"; done
}
status_of() { as mcpm show "$1" -o json 2>/dev/null | json "d['status']"; }
is_bare() { [ -n "$(daemon_of "$1")" ] && [ -z "$(ls "/proc/$(daemon_of "$1")/fd" 2>/dev/null)" ]; }
up() { # NAME
    expect "$1 starts" 0 as mcpm start "$1"
    check "and has a daemon that gave up everything" until_true 10 is_bare "$1"
}

for name in one two three; do
    expect "a server: $name" 0 as mcpm add "$name" --transport none --stop-timeout 2s -- "$sandbox/programs/$name" --bare
done
same "there is no cgroup here" none "$(as mcpm agent status -o json | json "d['cgroup']")"
for name in one two three; do up "$name"; done
two=$(daemon_of two) three=$(daemon_of three)

expect "one is stopped, with nothing to say" 0 as mcpm stop one
same "without a word" "" "$err"
same "and its daemon is gone" "" "$(of_program one)"
same "the others' are not" "$two $three" "$(daemon_of two) $(daemon_of three)"

note "a crash"
kill -SEGV "$(as mcpm show two -o json | json "d['pid']")"
check "the daemon of what crashed is ended" until_true 10 eval "! kill -0 $two 2>/dev/null"
check "it is started again" until_true 15 eval '[ "$(status_of two)" = running ]'
check "with a new daemon" until_true 10 is_bare two

note "another agent"
kill -KILL "$(as mcpm agent status -o json | json "d['pid']")"
check "it takes three over" until_true 15 eval '[ "$(status_of three)" = running ]'
same "whose daemon lives" "$three" "$(daemon_of three)"
expect "restart of the agent" 0 as mcpm agent restart
pid=$(as mcpm show three -o json | json "d['pid']")
expect "upgrade of agent and keeper" 0 as mcpm agent upgrade
same "three goes on" "running $pid $three" "$(status_of three) $(as mcpm show three -o json | json "d['pid']") $(daemon_of three)"
expect "three is stopped" 0 as mcpm stop three
same "by the signal that it was sent" 15 "$(as mcpm show three -o json | json "d['lastExit'].get('signal') or ''")"
same "with its daemon" "" "$(of_program three)"

note "what cannot be proven"
up one
child=$(daemon_of one)
kill -KILL "$(awk '{print $4}' "/proc/$(as mcpm show one -o json | json "d['pid']")/stat")"
check "it ended with the process above it" until_true 15 eval '[ "$(as mcpm show one -o json | json "d.get(\"restartCount\", 0)")" -ge 1 ]'
# The kernel may still have shown whose it was; if not, it is named, and nobody signals it.
check "its daemon is ended, or named and left alone" until_true 10 eval \
    '! kill -0 $child 2>/dev/null || as mcpm events -o json 2>/dev/null | found "may be left.*$child ("'

note "the agent's end"
expect "the agent stops" 0 as mcpm agent stop
same "and nothing is left" "" "$(of_program one; of_program two; of_program three)"
