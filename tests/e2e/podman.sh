#!/usr/bin/env bash
# Containers by Podman's service instead of Docker's engine: a storage and a socket of our own, nothing of the machine's Podman.
. "$(dirname "$0")/../support/sandbox.sh"
# shellcheck source=/dev/null
. "$MCPM_SOURCE_DIR/tests/needs.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/../support/engine.sh"
[ "$(id -u)" -eq 0 ] || skip_all "Podman with a storage of its own is run by root here"
need_packages podman catatonit runc >"$sandbox/install" 2>&1 || skip_all "podman cannot be installed: $(tail -n 1 "$sandbox/install")"
command -v docker >/dev/null || need_packages docker.io >"$sandbox/install" 2>&1 || skip_all "no docker to import an image with"

# Its compatible API asks for more open files than a machine may give, whatever containers.conf says (4.3): the limits are left out.
cat >"$sandbox/runtime" <<'PY'
#!/usr/bin/env python3
import json, os, sys
if "create" in sys.argv and "--bundle" in sys.argv:
    name = sys.argv[sys.argv.index("--bundle") + 1] + "/config.json"
    with open(name) as file:
        config = json.load(file)
    config["process"].pop("rlimits", None)
    with open(name, "w") as file:
        json.dump(config, file)
os.execvp("runc", ["runc"] + sys.argv[1:])
PY
chmod +x "$sandbox/runtime"
cat >"$sandbox/containers.conf" <<CONF
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "limitless"
[engine.runtimes]
limitless = ["$sandbox/runtime"]
CONF
socket=$sandbox/podman.sock
podman_here() {
    env -u XDG_RUNTIME_DIR CONTAINERS_CONF="$sandbox/containers.conf" podman --root "$sandbox/storage" --runroot "$sandbox/runroot" \
        --storage-driver vfs "$@"
}
service=
serve() {
    env -u XDG_RUNTIME_DIR CONTAINERS_CONF="$sandbox/containers.conf" podman --root "$sandbox/storage" --runroot "$sandbox/runroot" \
        --storage-driver vfs system service --time 0 "unix://$socket" >>"$sandbox/service.log" 2>&1 </dev/null &
    service=$!
    until_true 20 curl -fs --max-time 5 --unix-socket "$socket" http://d/_ping -o "$sandbox/pong"
}
end_service() { kill "$service" 2>/dev/null; wait "$service" 2>/dev/null; }
end_story() {
    end_service
    podman_here rm -fa -t 0 >/dev/null 2>&1
    grep -o " $sandbox/[^ ]*" /proc/mounts | sort -r | xargs -r umount
    end_sandbox
}
trap end_story EXIT
skip_here() { end_service; skip_all "$@"; }
serve || skip_here "Podman's service does not run here: $(tail -n 1 "$sandbox/service.log")"
export DOCKER_HOST=unix://$socket
make_image() { # FIXTURE NAME
    engine_program "$1" "$sandbox/main" && tar -C "$sandbox" -c main | docker import --change 'ENTRYPOINT ["/main"]' - "$2" >/dev/null
}
image=localhost/mcpm-test/everything:1 exiter=localhost/mcpm-test/exiter:1
make_image mcp_everything "$image"
make_image exiter "$exiter"
podman_here run --rm --network none "$image" </dev/null >"$sandbox/alone" 2>&1 || skip_here "Podman runs no container here: $(tail -n 1 "$sandbox/alone")"

names_podman() { run mcpm doctor; case $out in *"Podman Engine"*) ;; *) return 1 ;; esac; }
check "the doctor names it as an engine, once it has answered" until_true 30 names_podman
expect "and finds nothing wrong" 0 mcpm doctor
expect "one starts" 0 mcpm add one --network none --image "$image" --start
same "and runs" running "$(field one status)"
check "as a process of this machine" test -d "/proc/$(field one pid)"
expect "a tool is called" 0 mcpm call one echo message=hello
has "and answers" hello "$out"
has "what it says on stderr is in its log" "ready on stdio" "$(mcpm logs one --tail all)"
facts=$(docker inspect "$(docker ps -q --filter "label=mcpm.server=$(field one id)")")
has "no new privileges" no-new-privileges "$facts"
expect "restart" 0 mcpm restart one
expect "gives one that answers" 0 mcpm call one echo message=again
expect "it stops" 0 mcpm stop one
same "and no container is left" "" "$(docker ps -aq)"

expect "it starts again" 0 mcpm start one
run=$(field one run)
before=$(agent_pid)
kill -KILL "$before"
until_true 20 eval "p=\$(agent_pid 2>/dev/null); [ -n \"\$p\" ] && [ \"\$p\" != $before ]" || bad "no new agent after $before"
check "the agent was killed, and Podman closed its input: it is started again" until_true 30 eval "[ \"\$(field one status)\" = running ] && [ \"\$(field one run)\" -gt $run ]"
expect "and answers" 0 mcpm call one echo message=back
has "its log says what happened" "its input was closed" "$(mcpm logs one --tail all 2>&1)"

run=$(field one run)
end_service
check "Podman's service ends: nobody knows how it is" until_true 20 eval '[ "$(field one status)" = unknown ] || [ "$(field one reason)" = engine-lost ]'
serve
check "it is back: so is the server" until_true 30 eval '[ "$(field one status)" = running ] && mcpm call one echo message=x'
expect "and answers" 0 mcpm call one echo message=returned
has "its own words" returned "$out"

expect "one that ends" 0 mcpm add ends --transport none --restart never --network none --image "$exiter" -- 7
mcpm start ends >/dev/null 2>&1
check "has an exit code" until_true 20 eval "[ \"\$(mcpm show ends -o json | json \"(d.get('lastExit') or {}).get('code', '')\")\" = 7 ]"
expect "both are removed" 0 mcpm remove -f one
expect "both of them" 0 mcpm remove -f ends
same "and nothing is left in the engine" "" "$(docker ps -aq)"
