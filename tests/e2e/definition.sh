#!/usr/bin/env bash
# A server's definition through its whole life: add, show, filters, update, edit, export, apply, dependencies, disable,
# remove. Secret values are never shown and never lost.
. "$(dirname "$0")/../support/sandbox.sh"

everything=$fixtures/mcp_everything
value() { mcpm show "$1" -o json 2>/dev/null | json "$2"; }

expect "an empty list is fine" 0 mcpm list
expect "with an agent too" 0 mcpm agent start
expect "…" 0 mcpm list
same "and is not talked about in a script" "" "$err"
expect "an empty list as JSON" 0 mcpm list -o json
same "is an empty array" "[]" "$out"

expect "a server with everything" 0 mcpm add web --label team=core --label tier=1 -e GREETING='hello there' \
    -e API_TOKEN=s3cr3t-in-env --restart on-failure:3 --stop-timeout 3s --start-timeout 20s --memory 512MiB --cwd "$HOME" \
    -- "$everything" --instructions "be kind" --api-key s3cr3t-in-args
same "add prints the name" web "$out"
for what in "show web" "show web -o json" "show web -o yaml" "list -o wide --no-trunc" "list -o json" "list -o yaml" \
    "why web" "export web" "events -o json"; do
    # shellcheck disable=SC2086
    expect "mcpm $what" 0 mcpm $what
    has_not "keeps the secrets to itself" s3cr3t "$out$err"
done
same "a value with a space" "hello there" "$(value web "d['config']['environment']['GREETING']")"
same "labels" "core 1" "$(value web "d['config']['labels']['team'] + ' ' + d['config']['labels']['tier']")"
same "restart limit" 3 "$(value web "d['config']['restart']['limit']")"
same "id looks as documented" True "$(value web "__import__('re').fullmatch('srv_[a-z2-7]{12}', d['id']) is not None")"
expect "by id" 0 mcpm show "$(field web id)" -o name
same "its name comes" web "$out"

expect "it starts" 0 mcpm start web
expect "and knows its secret" 0 mcpm call web env name=API_TOKEN
same "as it was given" s3cr3t-in-env "$out"
check "its arguments too" grep -qz s3cr3t-in-args "/proc/$(field web pid)/cmdline"
expect "runs" 0 mcpm runs web --no-trunc
has_not "hide what follows --api-key" s3cr3t "$out"
expect "events" 0 mcpm events
has_not "hide it too" s3cr3t "$out"

expect "a second and a third" 0 mcpm add db -l tier=2 -- "$everything"
expect "…" 0 mcpm add 'two words' -l tier=1 -- "$everything"
lists() { local what=$1 wanted=$2; shift 2; run mcpm list -q "$@"; same "$what" "$wanted" "$(printf '%s' "$out" | sort | tr '\n' '|')"; }
lists "all names" "db|two words|web|" 
lists "by label" "two words|web|" -l tier=1
lists "by label key" "web|" -l team
lists "by status" "web|" --filter status=running
lists "by part of the name" "two words|" --filter name=words
lists "two filters" "two words|" -l tier=1 --filter status=stopped
expect "an unknown filter" 2 mcpm list --filter colour=red
has "names the keys there are" "status, type, health, label, name" "$err"
expect "an unknown status" 2 mcpm list --filter status=asleep

expect "update" 0 mcpm update web -e GREETING=bye --unset-label team --label tier=3
has "says when it takes effect" "mcpm restart web" "$err"
same "one variable changed" bye "$(value web "d['config']['environment']['GREETING']")"
same "one label is gone, one changed" "{'tier': '3'}" "$(value web "d['config']['labels']")"
expect "update --now" 0 mcpm update web -e GREETING=again --now
expect "is in effect" 0 mcpm call web env name=GREETING
same "at once" again "$out"
expect "the secret is still there" 0 mcpm call web env name=API_TOKEN
same "unchanged" s3cr3t-in-env "$out"
expect "update of nothing" 2 mcpm update web
expect "update of a stranger" 4 mcpm update wbe -e A=b
has "suggests" "web" "$err"

cat >"$sandbox/editor" <<'S'
#!/bin/sh
case $(cat "$HOME/edit-how") in
    keep) ;;
    good) sed -i 's/GREETING: again/GREETING: edited/' "$1" ;;
    bad) if grep -q '^# .*stopTimeout' "$1"; then cp "$1" "$HOME/shown"; else sed -i 's/^\( *\)stopTimeout:.*/\1stopTimeout: soon/' "$1"; fi ;;
    fail) exit 1 ;;
esac
S
chmod +x "$sandbox/editor"
export EDITOR=$sandbox/editor
unset VISUAL
echo keep >"$HOME/edit-how"; expect "edit without a change" 0 mcpm edit web
has "says so" "no change" "$err"
echo good >"$HOME/edit-how"; expect "edit" 0 mcpm edit web
same "changes it" edited "$(value web "d['config']['environment']['GREETING']")"
echo bad >"$HOME/edit-how"; expect "edit with a mistake, then given up" 0 mcpm edit web
has "the mistake was shown with its line" "stopTimeout" "$(grep '^#' "$HOME/shown")"
same "nothing changed" 3s "$(value web "d['config']['stopTimeout']")"
echo fail >"$HOME/edit-how"; expect "an editor that fails" 1 mcpm edit web
expect "restart after editing" 0 mcpm restart web
expect "the secret survived the editor" 0 mcpm call web env name=API_TOKEN
same "unchanged" s3cr3t-in-env "$out"

mcpm export >"$sandbox/all.yaml" 2>"$sandbox/said"
has "export says that secrets are hidden" "***" "$(cat "$sandbox/said")"
expect "applying an export changes nothing" 0 mcpm apply -f "$sandbox/all.yaml"
has_not "of what there is" updated "$out"
has "and says so" "web unchanged" "$out"
sed 's/GREETING: edited/GREETING: applied/' "$sandbox/all.yaml" >"$sandbox/changed.yaml"
expect "a dry run that would change something" 3 mcpm apply --dry-run -f "$sandbox/changed.yaml"
has "shows the difference" applied "$out"
same "and does nothing" edited "$(value web "d['config']['environment']['GREETING']")"
expect "apply from standard input" 0 bash -c "mcpm apply -f - <'$sandbox/changed.yaml'"
has "does it" "web updated" "$out"
same "as the file says" applied "$(value web "d['config']['environment']['GREETING']")"
expect "export of one" 0 mcpm export db
printf '%s\n' "$out" | sed 's/^  db:/  copy:/' >"$sandbox/copy.yaml"
expect "its copy under another name" 0 mcpm apply -f "$sandbox/copy.yaml"
has "is created" "copy created" "$out"
same "and like it" "$(mcpm export db | sed 's/^  db:/  copy:/')" "$(mcpm export copy)"
expect "pruning without a yes" 2 mcpm apply --prune -f "$sandbox/all.yaml"
expect "pruning with one" 0 mcpm apply --prune --yes -f "$sandbox/all.yaml"
has "removes" "copy pruned" "$out"
expect "what is not in the file" 4 mcpm show copy
expect "a file that is not there" 4 mcpm apply -f "$sandbox/nowhere.yaml"

expect "a dependency" 0 mcpm update 'two words' --depends-on db
expect "starting the one" 0 mcpm start 'two words'
same "starts the other first" running "$(field db status)"
expect "a cycle" 2 mcpm update db --depends-on 'two words'
has "is refused by name" "two words" "$err"
expect "on itself" 2 mcpm update db --depends-on db
expect "a missing dependency" 0 mcpm add lonely --depends-on ghost -- "$everything"
has "is noted at once" '"ghost", which does not exist' "$err"
expect "and when it is changed" 0 mcpm update lonely -e A=b
has "noted again" ghost "$err"
expect "fails the start" 1 mcpm start lonely
has "by name" ghost "$err"
has "with what to do" "mcpm edit lonely" "$err"
expect "why" 0 mcpm why lonely
has "has its code" MCPM-E301 "$out"

expect "disable" 0 mcpm disable web
same "stops it" stopped "$(field web status)"
expect "a disabled server" 6 mcpm start web
has "says what to do" "mcpm enable web" "$err"
expect "enable --now" 0 mcpm enable --now web
same "runs again" running "$(field web status)"

expect "a running server is not removed" 6 mcpm remove web
has "but says how" "remove -f" "$err"
expect "unless told" 0 mcpm remove -f web
expect "stop by label" 0 mcpm stop -l tier
same "nothing of them is left" "" "$(servers_alive)"
expect "remove --all" 0 mcpm remove --all --yes
same "all are gone" "" "$(mcpm list -q)"
expect "removing nothing" 2 mcpm remove
expect "removing a stranger" 4 mcpm remove web
