#!/usr/bin/env bash
# Secrets of containers: files that belong to whom the container runs as, also under a read-only root; nothing of them in what
# the engine shows; nothing left of them afterwards.
. "$(dirname "$0")/../support/sandbox.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/../support/engine.sh"
engine_up 2>"$sandbox/engine" || { status=$?; [ "$status" -eq 77 ] && skip_all "$(cat "$sandbox/engine")"; bad "$(cat "$sandbox/engine")"; end_sandbox 1; }

value=s3cr3t-Swordfish-1
backwards() { python3 -c 'import sys; print(sys.argv[1][::-1])' "$1"; }
image=$(engine_image tells_secrets)
container_of() { docker ps -aq --filter "label=mcpm.server=$(field "$1" id)"; }
volumes_of() { docker inspect -f '{{range .Mounts}}{{.Name}} {{end}}' "$1"; }
ready() { mcpm logs "$1" --run -1 --tail all 2>/dev/null | found -x ready; }
log_of() { mcpm logs "$1" --run -1 --tail all; }
expect "a secret" 0 bash -c "printf '%s\n' '$value' | mcpm secret set db.pass"

expect "files" 0 mcpm add files --image "$image" --transport none --secret PASS=db.pass -- PASS
for options in "" "--read-only" "--read-only --user 1234:5678"; do
    user=0
    case $options in *1234*) user=1234 ;; esac
    # shellcheck disable=SC2086
    [ -z "$options" ] || expect "with $options" 0 mcpm update files $options
    expect "it starts ${options:-plain}" 0 mcpm restart files
    check "and is ready" until_true 20 ready files
    has "its file is its user's alone" "file PASS: /run/secrets/db.pass mode 400 owner $user me $user" "$(log_of files)"
    has "and has the value" "backwards $(backwards "$value")" "$(log_of files)"
    has_not "which is no variable" "variable PASS" "$(log_of files)"
    has_not "nor in its log" "$value" "$(log_of files)"
    id=$(container_of files)
    has_not "nothing is in inspect" "$value" "$(docker inspect "$id")"
    volumes="${volumes:-} $(volumes_of "$id")"
done
expect "it is taken over" 0 mcpm agent restart
check "another agent answers" until_true 20 eval '[ "$(field files status)" = running ]'
same "and it is the same" "$id" "$(container_of files)"
expect "a user by name who is not in the image" 0 mcpm update files --user nobody
expect "cannot be given it" 1 mcpm restart files
has "and says so" "user 'nobody' is not in the image's /etc/passwd" "$err"
same "and leaves no container" "" "$(container_of files)"

expect "as a variable" 0 mcpm update files --user 0 --secrets-as-env
expect "it starts" 0 mcpm restart files
check "and is ready" until_true 20 ready files
has "with the variable" "variable PASS: *** backwards $(backwards "$value")" "$(log_of files)"
has_not "and no file" "file PASS" "$(log_of files)"
has "which inspect shows" "$value" "$(docker inspect "$(container_of files)")"

same "no file of ours has the value" "" "$(grep -rlaF -- "$value" "$HOME" "$XDG_RUNTIME_DIR" 2>/dev/null)"
expect "it is removed" 0 mcpm remove -f files
same "no container is left" "" "$(docker ps -aq --filter "label=mcpm.data=$(printf '%s-%x' "$(stat -c %D "$data")" "$(stat -c %i "$data")")")"
check "there were volumes" test "$(printf '%s' "$volumes" | wc -w)" -ge 3
for volume in $volumes; do
    check "none is left" eval "! docker volume inspect $volume >/dev/null 2>&1"
done
