#!/usr/bin/env bash
# An image from a registry: how far its pull is, and an upgrade, which is looked for in the registry and taken back when the new
# image is not well.
. "$(dirname "$0")/../support/sandbox.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/../support/engine.sh"
engine_up 2>"$sandbox/engine" || { status=$?; [ "$status" -eq 77 ] && skip_all "$(cat "$sandbox/engine")"; bad "$(cat "$sandbox/engine")"; end_sandbox 1; }

engine_program mcp_everything "$sandbox/program"
# Not one that another test has: a digest is of the bytes.
printf '%s' "$sandbox" >>"$sandbox/program"
mkfifo "$sandbox/orders"
python3 "$MCPM_SOURCE_DIR/tests/support/registry.py" "$sandbox/program" <"$sandbox/orders" >"$sandbox/registry" 2>&1 &
registry=$!
disown $registry
exec 7>"$sandbox/orders"
until_true 10 eval '[ -n "$(head -n 1 "$sandbox/registry")" ]'
image=127.0.0.1:$(head -n 1 "$sandbox/registry")/test/main
another() { echo >&7; until_true 10 eval "[ \"\$(grep -ac ^made '$sandbox/registry')\" = $1 ]"; }
digest() { mcpm show "$1" -o json | json "d['imagePin']['digest'].split('@')[1]"; }
progress_of() { curl -s --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" "http://mcpm/api/servers/$1" | json "d['data'].get('progress', '')"; }
newest() { grep -a ^made "$sandbox/registry" | tail -n 1 | cut -d' ' -f2; }
pinned() { mcpm show "$1" -o json | json "d.get('imagePin', {}).get('id', '')"; }

expect "it is defined" 0 mcpm add web --image "$image" --health "command:cat $sandbox/well" --health-interval 1s --start-timeout 10s
echo hold >&7
mcpm start web >"$sandbox/started" 2>&1 7>&- &
starting=$!
check "while it is pulled, its status says how far" until_true 30 eval 'case "$(progress_of web)" in "pulling $image: "*" layers"*) ;; *) false ;; esac'
expect "another server" 0 mcpm add plain -- true
same "has no progress" "" "$(progress_of plain)"
echo go >&7
touch "$sandbox/well"
wait $starting
same "it is started" 0 $?
same "and nothing is said of a pull any more" "" "$(progress_of web)"
check "its image is pinned" until_true 10 eval '[ -n "$(pinned web)" ]'
first=$(digest web)

expect "there is no newer one" 0 mcpm upgrade web --check
has "it is the newest" newest "$out"
another 1
expect "there is a newer one in the registry" 0 mcpm upgrade web --check
has "which is named" "$(newest)" "$out"
same "and nothing is said against that" "" "$err"
same "nothing was pulled for that" "$first" "$(digest web)"
expect "it is upgraded" 0 mcpm upgrade web
same "to that one" "$(newest)" "$(digest web)"
second=$(digest web)
expect "it answers" 0 mcpm call web echo message=new

another 2
rm "$sandbox/well"
expect "one that does not become healthy is not taken" 1 mcpm upgrade web
has "which is said" "the new image" "$err"
has "with what runs now" "the image before it runs again" "$err"
same "its pin is the one before" "$second" "$(digest web)"
same "and it runs" running "$(field web status)"

# A port that is taken: by whom.
python3 -c 'import signal, socket
door = socket.create_server(("127.0.0.1", 0))
print(door.getsockname()[1], flush=True)
signal.pause()' >"$sandbox/port" 7>&- &
holder=$!
disown $holder
until_true 10 eval '[ -n "$(cat "$sandbox/port")" ]'
expect "it is defined" 0 mcpm add taken --transport none --restart never -p "$(cat "$sandbox/port"):80" --image "$(engine_image chatty)"
expect "a port that is taken fails its start" 1 mcpm start taken
expect "why names it" 0 mcpm why taken
has "with its cause" MCPM-E503 "$out"
has "and who has it" "(pid $holder) listens on port $(cat "$sandbox/port")" "$out"
kill -KILL $holder
expect "it is removed" 0 mcpm remove -f taken

# A program of another machine.
mkdir -p "$sandbox/foreign/bin"
printf '\177ELF\002\001\001of another machine' >"$sandbox/foreign/main"
chmod +x "$sandbox/foreign/main"
cp "$sandbox/foreign/main" "$sandbox/foreign/bin/sh" # an init tries it in its place
tar -C "$sandbox/foreign" -c main bin | docker import --change 'ENTRYPOINT ["/main"]' - "mcpm-test/foreign:$$" >/dev/null
expect "it is defined" 0 mcpm add foreign --restart never --image "mcpm-test/foreign:$$"
expect "a program of another platform does not start" 1 mcpm start foreign
expect "why names it" 0 mcpm why foreign
has "with its cause" MCPM-E506 "$out"
expect "it is removed" 0 mcpm remove -f foreign
docker image rm -f "mcpm-test/foreign:$$" >/dev/null 2>&1

kill -KILL $registry
expect "without its registry one can look all the same" 0 mcpm upgrade web --check
has "and is told what that is worth" "the registry could not be asked" "$err"
expect "it is removed" 0 mcpm remove -f web
docker images -q --filter "reference=$image" | sort -u | while read -r id; do docker image rm -f "$id" >/dev/null 2>&1; done
docker images --digests --format '{{.Repository}}@{{.Digest}}' | grep "^$image@" | while read -r name; do docker image rm -f "$name" >/dev/null 2>&1; done
