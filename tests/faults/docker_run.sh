#!/usr/bin/env bash
# `docker run …` as a server's command: the container ends with the server though its program ignores every signal, and a
# container that nobody saw end is gone before the next one begins. First with an engine of the test's own, where what
# matters is that the client is only a client; then with the real client and engine.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/engine.sh"
mkdir "$sandbox/bin" "$sandbox/engine"
cp "$fixtures/stubborn" "$sandbox/bin/contained"
cat >"$sandbox/bin/docker" <<D
#!/usr/bin/env bash
engine=$sandbox/engine
case \$1 in
    run)
        shift
        while [ \$# -gt 0 ]; do case \$1 in --cidfile) file=\$2; shift 2 ;; -*) shift ;; *) break ;; esac; done
        [ -e "\$file" ] && { echo "docker: container ID file found" >&2; exit 125; }
        id=\$(head -c 32 /dev/urandom | sha256sum | cut -c1-64)
        # As an engine does it: no child of the client, nothing of its environment.
        setsid env -i bash -c "$sandbox/bin/contained </dev/null >/dev/null 2>&1 & echo \\\$! >\$engine/\$id" </dev/null >/dev/null 2>&1
        printf %s "\$id" >"\$file"
        exec cat ;;
    rm)
        [ -e "\$engine/\$3" ] || { echo "Error: No such container: \$3" >&2; exit 1; }
        kill -KILL "\$(cat "\$engine/\$3")"; rm "\$engine/\$3" ;;
esac
D
chmod +x "$sandbox/bin/docker"
export PATH=$sandbox/bin:$PATH
contained() { of_sandbox | while read -r p; do case $(readlink "/proc/$p/exe") in */contained) echo "$p" ;; esac; done | wc -l | tr -d ' '; }

mcpm add boxed --transport none --stop-timeout 2s -e PATH="$PATH" -- docker run -i --rm IMAGE
expect "it starts" 0 mcpm start boxed
until_true 5 eval '[ "$(contained)" = 1 ]'
same "one container" 1 "$(contained)"
expect "it stops" 0 timeout 20 mcpm stop boxed
same "and its container is gone" 0 "$(contained)"
mcpm start boxed
for round in 1 2 3; do mcpm restart boxed >/dev/null 2>&1; done
until_true 5 eval '[ "$(contained)" = 1 ]'
same "restarted three times: one container" 1 "$(contained)"
kill -KILL "$(keeper_pid)"
sleep 0.5
# An engine's container lives on; this one may have been in the control group that went with the keeper.
note "the keeper is killed: $(contained) containers are left"
expect "the next agent" 0 mcpm agent start
until_true 10 eval '[ "$(field boxed status)" = running ]'
until_true 5 eval '[ "$(contained)" = 1 ]'
same "has one, not two" 1 "$(contained)"
expect "it is removed" 0 timeout 20 mcpm remove -f boxed
same "with its container" 0 "$(contained)"
mcpm add wrapped --transport none --stop-timeout 2s -e PATH="$PATH" -- env A=1 nice docker run -i --rm IMAGE
expect "behind env and nice it starts" 0 mcpm start wrapped
check "and runs" until_true 10 eval '[ "$(contained)" = 1 ]'
expect "it stops" 0 timeout 20 mcpm stop wrapped
same "and its container is gone" 0 "$(contained)"

# The real ones. The program is the container's first process, which the kernel lets ignore what it has no handler for.
export PATH=${PATH#"$sandbox/bin:"}
engine_up
case $? in
0) ;;
77) note "the real client is left out: there is no engine"; exit ;;
*) bad "there is an engine"; exit ;;
esac
image=$(engine_image stubborn) || { bad "the image is made"; exit; }
really() { docker ps -q --filter "label=of=$sandbox" | wc -l | tr -d ' '; }
mcpm add real --transport none --stop-timeout 2s -- docker run -i --rm --label "of=$sandbox" "$image"
for round in 1 2 3 4 5; do
    expect "round $round: it starts" 0 timeout 60 mcpm start real
    check "round $round: its container runs" until_true 20 eval '[ "$(really)" -ge 1 ]'
    same "round $round: one" 1 "$(really)"
    expect "round $round: it stops" 0 timeout 60 mcpm stop real
    same "round $round: and the container is gone" 0 "$(really)"
done
expect "it starts once more" 0 timeout 60 mcpm start real
check "and runs" until_true 20 eval '[ "$(really)" -ge 1 ]'
client=$(field real pid)
kill -KILL "$client"
check "its client killed, it is started again" until_true 30 eval '[ "$(field real status)" = running ] && [ "$(field real pid)" != "$client" ]'
check "with a container" until_true 20 eval '[ "$(really)" -ge 1 ]'
same "one, not two" 1 "$(really)"
kill -KILL "$(agent_pid)"
check "the agent killed, it is there still" until_true 20 eval '[ "$(field real status)" = running ]'
same "with one container" 1 "$(really)"
kill -KILL "$(keeper_pid)"
sleep 0.5
expect "the keeper killed, the next agent" 0 mcpm agent start
check "has it" until_true 30 eval '[ "$(field real status)" = running ]'
check "with a container" until_true 20 eval '[ "$(really)" -ge 1 ]'
same "one, not two" 1 "$(really)"
expect "it is removed" 0 timeout 60 mcpm remove -f real
same "with its container" 0 "$(really)"
