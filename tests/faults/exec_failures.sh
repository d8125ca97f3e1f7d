#!/usr/bin/env bash
# An exec that fails is said at once with its stage and errno, and is not a crash loop.
. "$(dirname "$0")/../support/sandbox.sh"

printf '\177ELF\002\001\001garbage-of-another-machine' >"$sandbox/foreign" && chmod +x "$sandbox/foreign"
printf '#!/no/such/interpreter\n' >"$sandbox/script" && chmod +x "$sandbox/script"
printf 'plain text' >"$sandbox/plain"
mcpm add missing -- "$sandbox/nothing-here"
mcpm add plain -- "$sandbox/plain"
mcpm add foreign -- "$sandbox/foreign"
mcpm add script -- "$sandbox/script"
mcpm add folder --cwd "$sandbox/no-folder" -- /bin/true
for row in "missing|no such file" "plain|permission denied" "foreign|exec format error" "script|no such file" "folder|no such file"; do
    name=${row%%|*} text=${row#*|}
    expect "$name cannot be started" 1 mcpm start "$name"
    has "and says why" "$text" "${err,,}"
    has "naming the server or what was executed" "start " "$err"
    same "$name is in error" error "$(field "$name" status)"
    same "not a crash loop" start-failed "$(field "$name" statusReason)"
done
has "the working folder is named" "$sandbox/no-folder" "$(mcpm start folder 2>&1)"
same "nothing runs" "" "$(servers_alive)"
for row in "plain|resolve" "foreign|exec" "script|exec" "folder|cwd"; do
    details=$(mcpm why "${row%%|*}" -o json | json "d['runs'][0].get('stage', '')")
    same "the stage of ${row%%|*} is remembered" "${row#*|}" "$details"
done
