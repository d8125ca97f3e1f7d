#!/usr/bin/env bash
# Images: pulled from the mirror that `network.image_mirror` names, carried by `mcpm bundle` as the engine saves them, loaded where no
# registry answers.
. "$(dirname "$0")/../support/sandbox.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/../support/engine.sh"
engine_up 2>"$sandbox/engine" || { status=$?; [ "$status" -eq 77 ] && skip_all "$(cat "$sandbox/engine")"; bad "$(cat "$sandbox/engine")"; end_sandbox 1; }

engine_program mcp_everything "$sandbox/program"
printf '%s' "$sandbox" >>"$sandbox/program" # not an image that another test has
mkfifo "$sandbox/orders"
python3 "$MCPM_SOURCE_DIR/tests/support/registry.py" "$sandbox/program" <"$sandbox/orders" >"$sandbox/registry" 2>&1 &
registry=$!
disown $registry
exec 7>"$sandbox/orders"
until_true 10 eval '[ -n "$(head -n 1 "$sandbox/registry")" ]'
mirror=127.0.0.1:$(head -n 1 "$sandbox/registry")
clean_up() {
    kill "$registry" 2>/dev/null
    mcpm remove --all -f --yes >/dev/null 2>&1
    docker image rm -f test/main:latest "$mirror/test/main:latest" >/dev/null 2>&1
    end_sandbox
}
trap clean_up EXIT

# The mirror.
mkdir -p "$HOME/.config/mcpm"
printf 'network:\n  image_mirror: https://mirror.example\n' >"$HOME/.config/mcpm/config.yaml"
expect "a mirror is a registry, not a URL" 1 mcpm doctor
has "what is expected is said" "without https://" "$out$err"
printf 'network:\n  image_mirror: %s\n' "$mirror" >"$HOME/.config/mcpm/config.yaml"
docker image rm -f test/main:latest >/dev/null 2>&1
expect "an image of docker.io comes from the mirror" 0 mcpm add web --image test/main --start
check "which was asked" grep -qa 'GET .*/v2/test/main/manifests' "$sandbox/registry"
same "it has the name that the definition has" test/main:latest "$(docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -x test/main:latest)"
same "and answers" hi "$(mcpm call web echo message=hi)"
expect "the mirror is asked what is newer, too" 0 mcpm upgrade web --check
mcpm add other --image "$mirror/none/such" >/dev/null
expect "an image that names its registry is not looked for at the mirror" 1 mcpm start other
mcpm remove -f other

# The file.
cd "$sandbox" || exit 1
expect "a bundle with the image" 0 mcpm bundle web -f web.mcpm
check "it has an archive of the engine" eval 'tar tf web.mcpm | found -x images/0.tar && tar xOf web.mcpm images/0.tar | tar t | found manifest.json'
digest=$(docker image inspect -f '{{.Id}}' test/main:latest)
mcpm remove -f web
kill "$registry"
docker image rm -f test/main:latest "$mirror/test/main:latest" >/dev/null 2>&1
rm "$HOME/.config/mcpm/config.yaml"
mcpm agent stop
expect "where no registry answers it is installed" 0 mcpm install --bundle web.mcpm --start
same "with the same image" "$digest" "$(docker image inspect -f '{{.Id}}' test/main:latest)"
same "and answers" hi "$(mcpm call web echo message=hi)"
mcpm remove -f web
docker image rm -f test/main:latest >/dev/null 2>&1
python3 - <<'P'
import tarfile
with tarfile.open("web.mcpm") as bundle:
    at = bundle.getmember("images/0.tar").offset_data
with open("web.mcpm", "r+b") as file:
    file.seek(at + 700)
    byte = file.read(1)
    file.seek(at + 700)
    file.write(bytes([byte[0] ^ 1]))
P
expect "an archive that was changed on the way is not loaded" 6 mcpm install --bundle web.mcpm
same "no image" "" "$(docker image ls -q test/main)"
same "and no server" "" "$(mcpm list -q)"
