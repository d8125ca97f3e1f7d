#!/usr/bin/env bash
# What people know from docker, kubectl, gh, systemctl, git and clig.dev: a row per convention: what it is, the exit status,
# a pattern of stdout ('' is silence, '*' anything) and the command.
. "$(dirname "$0")/../support/sandbox.sh"
export PAGER=cat
everything=$fixtures/mcp_everything

row() { # WHAT STATUS PATTERN COMMAND…
    local what=$1 wanted=$2 pattern=$3
    shift 3
    run bash -c "$*"
    # shellcheck disable=SC2254
    case $out in $pattern) ;; *) bad "$what: \"$pattern\" is not what \`$*\` prints:"; printf '%s\n%s\n' "$out" "$err" | head -n 20; return ;; esac
    if [ "$status" -eq "$wanted" ]; then ok "$what"; else bad "$what: exit $status, wanted $wanted: $*"; printf '%s\n' "$err" | head -n 20; fi
}
says() { # WHAT STATUS PATTERN-OF-STDERR COMMAND…
    local what=$1 wanted=$2 pattern=$3
    shift 3
    run bash -c "$*"
    case $err in $pattern) ;; *) bad "$what: \"$pattern\" is not what \`$*\` says:"; printf '%s\n' "$err" | head -n 20; return ;; esac
    if [ "$status" -eq "$wanted" ]; then ok "$what"; else bad "$what: exit $status, wanted $wanted: $*"; fi
}

# help
row "help of a group" 0 "*approve*disable*" mcpm tools --help
row "the same by help" 0 "*approve*disable*" mcpm help tools
row "--help before the command" 0 "list: list the servers*" mcpm --help list
row "the usage line shows the options" 0 "*usage: mcpm list ?OPTIONS?*" mcpm list --help
row "examples in the help" 0 "*Examples*mcpm add files*" mcpm add --help
row "long help has sections" 0 "*Limits*Container*" mcpm add --help
says "a group alone lists its commands" 2 "*approve*" mcpm tools
says "no arguments: help, on stderr" 2 "mcpm runs*" mcpm
says "a word of other tools" 2 "*in mcpm that is \`mcpm remove\`*" mcpm delete x
says "describe" 2 "*mcpm show*" mcpm describe x
says "nothing dangerous is suggested" 2 "*unknown command 'shop'*" "mcpm shop 2>&1 >/dev/null | grep -v stop >&2; exit 2"
says "a typo of a command" 2 "*did you mean 'start'*" mcpm strat x

# adding
cd "$sandbox" || exit 1
mkdir proj && cd proj || exit 1
row "add takes the current folder" 0 "web" "mcpm add web -l team=a -- $everything"
row "and shows it" 0 "*/proj" mcpm show web -o jsonpath=.config.cwd
row "a relative program is found from here" 0 "*" "ln -s $everything here; mcpm add rel --start -- ./here && mcpm remove -f rel"
row "~ without a shell" 0 "$HOME" "mcpm add home --cwd='~' -- /bin/cat >/dev/null; mcpm show home -o jsonpath=.config.cwd; mcpm remove home"
says "a shell line as one word is explained" 2 "*is one word*mcpm add NAME -- npx -y p*" "mcpm add x -- 'npx -y p'"
says "a command without -- is explained" 2 "*stands behind*mcpm add x -- npx -y p*" mcpm add x npx -y p
says "an unknown variable in the program" 2 "*no shell reads*" "mcpm add x -- '\$NOWHERE/p'"
row "add -o json" 0 '*"name": "two"*' "mcpm add two -o json -- $everything"
printf '%s\n' "export A='one two' # c" 'TEXT="first' 'second' 'third"' >env
row "an env file as dotenv reads it" 0 '*"first\\nsecond\\nthird"*' "mcpm add env --env-file env -- $everything >/dev/null; mcpm show env -o json; mcpm remove env"
row "lazy is asleep, not stopped" 0 "*asleep*" "mcpm add lazy --lazy -- $everything >/dev/null; mcpm list"
row "and a call wakes it" 0 "*hi*" mcpm call lazy echo message=hi
mcpm remove -f lazy

# data
for command in "start web" "stop web" "restart web" "enable web" "disable two" "enable two" "wait web" "list" "show web" "status web" \
    "why web" "runs web" "stats" "doctor" "config show" "version" "tools list web" "tools verify web" "tools approve web" "events" "secret list" \
    "profile list" "token list" "agent status"; do
    run bash -c "mcpm $command -o json"
    check "$command -o json is JSON" eval 'printf %s "$out" | python3 -c "import json,sys; json.load(sys.stdin)"'
done
row "options before the command" 0 '*"name": "web"*' mcpm -o json list
row "-o name" 0 "web" mcpm status web -o name
row "-q" 0 $'two\nweb' "mcpm list -q | sort"
says "-q and -o json exclude each other" 2 "*-q prints names*" mcpm list -q -o json
says "an unknown format names the option" 2 "mcpm: -o: 'foo'*" mcpm list -o foo
row "-o yaml" 0 "*name: web*" mcpm show web -o yaml
row "a JSON path" 0 $'two\nweb' "mcpm list -o 'jsonpath=[*].name' | sort"
row "MCPM_OUTPUT" 0 '\[*' MCPM_OUTPUT=json mcpm list
row "what acts prints what became of it" 0 '*"status": "running"*' mcpm start web -o json
row "sorted" 0 $'NAME*\nweb*\ntwo*' mcpm list --sort-by -name
row "chosen columns" 0 $'STATUS   NAME\n*' mcpm list --columns status,name
says "a column that is not there" 2 "*the columns are NAME*" mcpm list --columns nope
row "a filter" 0 "" mcpm list --filter status=unknown -q
says "a wrong filter" 2 "*status=sleepy: expected one of*" mcpm list --filter status=sleepy
row "tables are not cut with -o wide" 0 "*srv_*" mcpm list -o wide

# names
row "several names" 0 $'*Name:*two*\n\n*Name:*web*' mcpm show two web
row "status of several" 3 "*" mcpm status two web
row "patterns" 0 "web" "mcpm start 'w*' -v"
row "the beginning of an id" 0 "web" 'id=$(mcpm show web -o jsonpath=.id); mcpm status "${id%??}" -o name'
says "a pattern that fits nothing" 4 "*no server's name matches*" "mcpm stop 'zzz*'"
row "one that is gone is fine" 0 "" mcpm remove --ignore-not-found nosuch
says "one suggestion, one style" 4 "*did you mean 'web'?" "mcpm start wbe 2>&1 | tail -n 1 >&2; exit 4"
row "rename" 0 "second" "mcpm rename two second && mcpm show second -o name"
row "wait for several" 0 "" mcpm wait web second --for running --timeout 20s "&& true || mcpm start second && mcpm wait web second"
row "wait until it is removed" 0 "" "mcpm add gone -- $everything >/dev/null; (sleep 0.3; mcpm remove gone) & mcpm wait gone --for removed --timeout 20s"
says "a limit on a start" 124 "*takes longer than 300ms*" "mcpm add slow --start-timeout 30s -- $fixtures/late 60000 >/dev/null; mcpm start slow --timeout 300ms"
mcpm remove -f slow

# what runs and what is defined
row "a change shows until the restart" 0 "running (old definition)" "mcpm start second; mcpm update second -e A=2 2>/dev/null; mcpm list -o json | python3 -c 'import json,sys; s=[x for x in json.load(sys.stdin) if x[\"name\"]==\"second\"][0]; print(\"running (old definition)\" if s[\"statusReason\"]==\"restart-pending\" else s)'"
pending() { mcpm show "$1" -o jsonpath=.statusReason; }
check "the next agent knows it too" eval 'mcpm agent restart && until_true 20 eval "[ \"\$(pending second)\" = restart-pending ]"'
mcpm export second >second.yaml
row "apply --now starts by the stored definition what runs by an older one" 0 "second restarted" "mcpm apply -f second.yaml --now 2>/dev/null"
same "then nothing is pending" "" "$(pending second)"
same "and the new process has the change" 2 "$(mcpm call second env name=A)"
mcpm update second -e A=3 2>/dev/null
row "so does update --now without a change" 0 "" "mcpm update second --now"
same "nothing is pending either" "" "$(pending second)"
row "a label does not" 0 "" "mcpm restart second; mcpm update second -l x=y 2>/dev/null; mcpm show second -o jsonpath=.statusReason | grep pending || true"
row "effective values" 0 "10s" "mcpm show web --effective -o jsonpath=.config.stopTimeout"

# files
printf '{ "mcpServers": { "web": { "type": "stdio", "command": "%s", "cwd": "%s", }, } } // c\n' "$everything" "$PWD" >client.json
row "a client's file, only shown" 3 "web updated (dry run)*" mcpm apply -f client.json --dry-run
row "diff says so by its status" 3 "web updated*" mcpm diff -f client.json
row "apply --now" 0 "web updated" "mcpm apply -f client.json --now 2>/dev/null"
row "and then nothing differs" 0 "" mcpm diff -f client.json
says "pruning is asked for" 2 "*--yes*" "mcpm apply -f client.json --prune"
says "removing all is asked for" 2 "*--yes*" mcpm remove --all -f

# logs
script=$sandbox/logs.sh
cat >"$script" <<'S'
echo "INFO fine" >&2
printf 'Traceback (most recent call last):\n  File "x.py", line 1\nKeyError: '"'X'"'\n' >&2
echo "INFO after" >&2
sleep 300
S
mcpm add logging --transport none --start -- sh "$script" >/dev/null
until_true 10 eval 'mcpm logs logging | grep -q after'
row "a traceback is an error as a whole" 0 $'Traceback*\n  File*\nKeyError*' mcpm logs logging --level error --no-notes
row "nothing else is" 0 "" "mcpm logs logging --level error --no-notes | grep -E 'fine|after' || true"
row "since in words" 0 "*after*" "mcpm logs logging --since '10 minutes ago'"
row "since yesterday" 0 "*after*" mcpm logs logging --since yesterday
says "since nonsense" 2 "*--since: 'never' is no time*" mcpm logs logging --since never
row "several servers with their names" 0 "*logging | INFO after*" mcpm logs logging web
run timeout 20 bash -c 'mcpm logs -f logging | head -n 1 >/dev/null'
same "following ends with its reader" 0 "$status"
run timeout 20 bash -c 'mcpm events -f -n 1 | head -n 1 >/dev/null'
same "events too" 0 "$status"

# colour, settings, the tool itself
has "CLICOLOR_FORCE" $'\e[' "$(env -u NO_COLOR CLICOLOR_FORCE=1 mcpm list)"
has "--color always" $'\e[' "$(mcpm list --color always)"
has_not "--color never" $'\e[' "$(CLICOLOR_FORCE=1 mcpm list --color never)"
says "--debug shows requests" 0 "*GET /api/servers -> 200*" mcpm list --debug
row "the settings and where they are from" 0 "*http.listen*MCPM_HTTP_LISTEN*" mcpm config show --no-trunc
mkdir -p "$HOME/.config/mcpm"
printf 'http:\n  lissten: off\n' >"$HOME/.config/mcpm/config.yaml"
row "doctor reads config.yaml" 1 "*config.yaml:2:3*lissten*" mcpm doctor
rm "$HOME/.config/mcpm/config.yaml"
row "an empty list is one" 0 "[[]]" mcpm secret list -o json

# what a terminal is like, and what a script is like
on_terminal() { script -qec "stty cols $1; PAGER=cat $2" /dev/null | tr -d '\r'; }
widest() { python3 -c 'import sys; print(max((len(line.rstrip("\n")) for line in sys.stdin), default=0))'; }
for columns in 60 80 120 200; do
    for command in "mcpm list" "mcpm stats" "mcpm usage" "mcpm health web" "mcpm client list --all" "mcpm tools list web" \
        "mcpm --help" "mcpm add --help" "mcpm dev --help" "mcpm config show" "mcpm notify list 2>/dev/null" "mcpm feedback list" "mcpm template list" "mcpm health"; do
        found=$(on_terminal $columns "$command" | widest)
        check "$command fits $columns columns (it has $found)" [ "${found:-0}" -le "$columns" ]
    done
done
has "an example that is too wide is broken as a shell reads it" ' \' "$(on_terminal 60 'mcpm add --help')"
row "no colour where there is no terminal" 0 "" "mcpm list | grep -a $'\e' || true"
says "a full disk is an error" 1 "*No space left*" "mcpm list >/dev/full"
says "so is a closed standard output" 1 "*write to standard output*" "mcpm list >&-"
row "a reader who leaves is none" 0 "x" "mcpm tools list web -o json | head -n 1 >/dev/null; echo x"
row "idempotent: started twice, stopped twice" 0 "" "mcpm start web; mcpm start web; mcpm stop web; mcpm stop web; mcpm start web"
says "created twice is a conflict" 6 "*a server of that name exists*" "mcpm add web -- $everything"
says "a tool that is not there" 4 "*did you mean 'add'?*" mcpm call web ad
says "the same with arguments" 4 "*did you mean 'add'?*" mcpm call web ad a=1
says "a wrong argument" 2 "*usage: mcpm list*" mcpm list extra
row "aliases" 0 $'web\nweb\nweb' "mcpm inspect web -o name; mcpm info web -o name; mcpm ls -q | grep -x web"
row "--option=value, and short ones together" 0 "web" "mcpm list --output=name | grep -x web"
row "-- ends the options" 0 "*-n*" "mcpm add dashed -- /bin/echo -n >/dev/null; mcpm show dashed -o jsonpath=.args; mcpm remove dashed"
row "the version in three ways" 0 $'mcpm *\nmcpm *\n*' "mcpm --version; mcpm -V; mcpm version"
row "export as JSON, which apply reads" 0 "" "mcpm export web -o json >web.json && mcpm diff -f web.json"
row "one setting" 0 "*log_level*default*" mcpm config show log_level
row "times in data are RFC 3339" 0 "20??-??-??T??:??:??*Z" mcpm show web -o jsonpath=.createdAt
expect "without the agent" 0 mcpm agent stop
row "lists are there, with their age" 0 "*web*stopped*" mcpm list
has_not "what is stopped is certain" "stopped?" "$out"
row "and nothing is started by looking" 5 "*not running*" mcpm status
