#!/usr/bin/env bash
# `docker run …` as a server's command: the container ends with the server though its program ignores every signal, and a
# container that nobody saw end is gone before the next one begins. An engine of the test's own: what matters is that the
# client is only a client.
. "$(dirname "$0")/../support/sandbox.sh"
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
