#!/usr/bin/env bash
# One body, two runtimes: what a process server does, a container does. Start, use, crash, restart, stop, flood, agent killed, agent
# upgraded; then what only containers have. Nothing of ours is left in the engine.
. "$(dirname "$0")/../support/sandbox.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/../support/engine.sh"
engine_up 2>"$sandbox/engine" || { status=$?; [ "$status" -eq 77 ] && skip_all "$(cat "$sandbox/engine")"; bad "$(cat "$sandbox/engine")"; end_sandbox 1; }

# define NAME FIXTURE "OPTIONS" ARGUMENTS…
define() {
    local name=$1 fixture=$2 options=$3
    shift 3
    # shellcheck disable=SC2086
    if [ "$runtime" = container ]; then
        mcpm add "$name" $options --image "$(engine_image "$fixture")" -- "$@"
    else
        mcpm add "$name" $options -- "$fixtures/$fixture" "$@"
    fi
}
data_id() { printf '%s-%x' "$(stat -c %D "$data")" "$(stat -c %i "$data")"; }
ours_in_engine() { docker ps -aq --filter "label=mcpm.data=$(data_id)"; }
kill_agent() {
    local before
    before=$(agent_pid)
    kill -KILL "$before"
    until_true 20 eval "p=\$(agent_pid 2>/dev/null); [ -n \"\$p\" ] && [ \"\$p\" != $before ]" || bad "no new agent after $before"
}
last_line() { mcpm logs "$1" -n 1 2>/dev/null; }

story() {
    local n=$runtime one plain count
    note "$runtime"
    expect "$n: it is defined" 0 define "$n-one" mcp_everything ""
    expect "$n: it starts" 0 mcpm start "$n-one"
    same "$n: it runs" running "$(field "$n-one" status)"
    one=$(field "$n-one" pid)
    check "$n: as a process of this machine" test -d "/proc/$one"
    expect "$n: a tool is called" 0 mcpm call "$n-one" echo message=hello
    has "$n: and answers" hello "$out"
    keys="'memoryBytes', 'cpuPercent', 'processes'"
    [ "$runtime" = process ] || keys="$keys, 'receivedBytes', 'sentBytes'"
    same "$n: what it uses is known at once" "[]" "$(mcpm stats "$n-one" -o json | json "[k for k in ($keys) if k not in d[0]]")"
    expect "$n: restart" 0 mcpm restart "$n-one"
    check "$n: gives another one" test "$(field "$n-one" pid)" != "$one"
    expect "$n: which answers" 0 mcpm call "$n-one" echo message=again

    define "$n-exit" exiter "--transport none --restart never" 7
    mcpm start "$n-exit" >/dev/null 2>&1
    until_true 20 eval "[ \"\$(mcpm show $n-exit -o json | json \"(d.get('lastExit') or {}).get('code', '')\")\" = 7 ]"
    has "$n: its exit code is known" "'code': 7" "$(mcpm show "$n-exit" -o json | json "d.get('lastExit')")"

    define "$n-plain" chatty "--transport none" 0 5
    expect "$n: a plain one starts" 0 mcpm start "$n-plain"
    plain=$(field "$n-plain" pid)
    until_true 10 eval "[ -n \"\$(last_line $n-plain)\" ]"
    kill_agent
    same "$n: the agent was killed, it is the same" "$plain" "$(field "$n-plain" pid)"
    same "$n: both run on" "running running" "$(field "$n-one" status) $(field "$n-plain" status)"
    expect "$n: the session is still good" 0 mcpm call "$n-one" echo message=still
    has "$n: and answers" still "$out"
    expect "$n: the agent is replaced" 0 mcpm agent restart
    until_true 20 eval '[ -n "$(agent_pid)" ]'
    same "$n: it is still the same" "$plain" "$(field "$n-plain" pid)"
    expect "$n: and the session too" 0 mcpm call "$n-one" echo message=replaced
    sleep 1
    expect "$n: it stops" 0 mcpm stop "$n-plain"
    marks=2
    check "$n: no line is missing, none is there twice" numbered "$n-plain"
    marks=0
    count=$(mcpm logs "$n-plain" --tail all 2>/dev/null | grep -c '^line ')
    check "$n: $count lines" test "$count" -gt 100

    define "$n-flood" flooder "--transport none --restart never" 2 lines 200000
    expect "$n: a flood" 0 mcpm start "$n-flood"
    until_true 60 eval "[ \"\$(field $n-flood status)\" = stopped ]"
    same "$n: loses nothing" "line 200000" "$(mcpm logs "$n-flood" --tail all 2>/dev/null | grep '^line ' | tail -n 1)"
    same "$n: not one line" 200000 "$(mcpm logs "$n-flood" --tail all 2>/dev/null | grep -c '^line ')"

    define "$n-stub" stubborn "--transport none --stop-timeout 1s"
    expect "$n: one that does not obey starts" 0 mcpm start "$n-stub"
    expect "$n: and is stopped" 0 mcpm stop "$n-stub"
    same "$n: for good" stopped "$(field "$n-stub" status)"
    expect "$n: it is removed" 0 mcpm remove -f "$n-one"
}

for runtime in process container; do story; done

image=$(engine_image mcp_everything)
expect "add needs no image" 0 mcpm add absent --image mcpm-test/there-is-none --pull never
expect "start does" 1 mcpm start absent
has "and says so" "No such image" "$err"
expect "why names it" 0 mcpm why absent
has "as a cause" MCPM-E502 "$out"

mcpm add safe --image "$image" --memory 64MiB -e KEY=value -v "$sandbox:/data:ro"
expect "it starts with a folder" 0 mcpm start safe
id=$(docker ps -q --filter "label=mcpm.server=$(field safe id)")
facts=$(docker inspect "$id")
has "all capabilities are dropped" '"ALL"' "$(printf '%s' "$facts" | json "__import__('json').dumps(d[0]['HostConfig']['CapDrop'])")"
has "no new privileges" no-new-privileges "$facts"
same "its memory is limited" 67108864 "$(printf '%s' "$facts" | json "d[0]['HostConfig']['Memory']")"
same "its folder is read-only" False "$(printf '%s' "$facts" | json "d[0]['Mounts'][0]['RW']")"
until_true 5 eval '[ -n "$(mcpm show safe -o json | json "d.get(\"imagePin\", {}).get(\"id\", \"\")")" ]'
same "its image is pinned" "$(docker image inspect -f '{{.Id}}' "$image")" "$(mcpm show safe -o json | json "d['imagePin']['id']")"
docker rm -f "$id" >/dev/null
check "removed behind our back: it is started again" until_true 20 eval '[ "$(docker ps -q --filter "label=mcpm.server=$(field safe id)")" != "" ] && [ "$(field safe status)" = running ]'
expect "and answers" 0 mcpm call safe echo message=back

name=mcpm-$(field safe id | cut -c5-)
docker create --name "$name-$(($(field safe run) + 1))" "$image" >/dev/null
stranger=$(docker ps -aqf "name=$name-$(($(field safe run) + 1))")
expect "a stranger has our name: another is taken" 0 mcpm restart safe
check "and the stranger is left alone" docker inspect "$stranger" >/dev/null
docker rm -f "$stranger" >/dev/null

export DOCKER_HOST=unix://$sandbox/none.sock
expect "an agent without an engine" 0 mcpm agent stop
mcpm add none --image "$image"
expect "cannot start a container" 1 timeout 60 mcpm start none
has "and says why" "container engine" "$err"
expect "and why too" 0 mcpm why none
has "with its cause" MCPM-E501 "$out"
unset DOCKER_HOST
expect "the agent stops" 0 mcpm agent stop
mcpm list >/dev/null 2>&1
for server in $(mcpm list -q 2>/dev/null); do mcpm remove -f "$server" >/dev/null 2>&1; done
same "nothing of ours is left in the engine" "" "$(ours_in_engine)"
