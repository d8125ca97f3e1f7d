#!/usr/bin/env bash
# What people know from docker, kubectl, gh, systemctl, git and clig.dev: a row per convention: its number and what it is, the
# exit status, a pattern of stdout ('' is silence, '*' anything) and the command. The last check sees that each number from 1 to
# 95 has a row. (A row without a number is a promise beside them.)
. "$(dirname "$0")/../support/sandbox.sh"
export PAGER=cat
everything=$fixtures/mcp_everything

row() { # WHAT STATUS PATTERN COMMAND…
    local what=$1 wanted=$2 pattern=$3
    shift 3
    run bash -c "$*"
    # shellcheck disable=SC2254
    case $out in $pattern) ;; *) bad "$what: \"$pattern\" is not what \`$*\` prints:"; printf '%s\n%s\n' "$out" "$err" | head -n 20; return ;; esac
    if [ "$wanted" = any ] || [ "$status" -eq "$wanted" ]; then ok "$what"; else bad "$what: exit $status, wanted $wanted: $*"; printf '%s\n' "$err" | head -n 20; fi
}
says() { # WHAT STATUS PATTERN-OF-STDERR COMMAND…
    local what=$1 wanted=$2 pattern=$3
    shift 3
    run bash -c "$*"
    case $err in $pattern) ;; *) bad "$what: \"$pattern\" is not what \`$*\` says:"; printf '%s\n' "$err" | head -n 20; return ;; esac
    if [ "$wanted" = any ] || [ "$status" -eq "$wanted" ]; then ok "$what"; else bad "$what: exit $status, wanted $wanted: $*"; fi
}

# help
row "3. help of a group" 0 "*approve*disable*" mcpm tools --help
row "3. the same by help" 0 "*approve*disable*" mcpm help tools
row "5. --help before the command" 0 "list: list the servers*" mcpm --help list
row "8. the usage line shows the options" 0 "*usage: mcpm list ?OPTIONS?*" mcpm list --help
row "7. examples in the help" 0 "*Examples*mcpm add files*" mcpm add --help
row "9. long help has sections" 0 "*Limits*Container*" mcpm add --help
says "4. a group alone lists its commands" 2 "*approve*" mcpm tools
says "6. no arguments: help, on stderr" 2 "mcpm runs*" mcpm
says "14. a word of other tools" 2 "*in mcpm that is \`mcpm remove\`*" mcpm delete x
says "14. describe" 2 "*mcpm show*" mcpm describe x
says "13. nothing dangerous is suggested" 2 "*unknown command 'shop'*" "mcpm shop 2>&1 >/dev/null | grep -v stop >&2; exit 2"
says "13. a typo of a command" 2 "*did you mean 'start'*" mcpm strat x

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
row "25. add -o json" 0 '*"name": "two"*' "mcpm add two -o json -- $everything"
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
    check "24. $command -o json is JSON" eval 'printf %s "$out" | python3 -c "import json,sys; json.load(sys.stdin)"'
done
row "23. options before the command" 0 '*"name": "web"*' mcpm -o json list
row "28. -o name" 0 "web" mcpm status web -o name
row "29. -q" 0 $'two\nweb' "mcpm list -q | sort"
says "29. -q and -o json exclude each other" 2 "*-q prints names*" mcpm list -q -o json
says "an unknown format names the option" 2 "mcpm: -o: 'foo'*" mcpm list -o foo
row "27. -o yaml" 0 "*name: web*" mcpm show web -o yaml
row "30. a JSON path" 0 $'two\nweb' "mcpm list -o 'jsonpath=[*].name' | sort"
row "78. MCPM_OUTPUT" 0 '\[*' MCPM_OUTPUT=json mcpm list
row "25. what acts prints what became of it" 0 '*"status": "running"*' mcpm start web -o json
row "25. a profile that was made" 0 '*"name": "made"*' mcpm profile create made -s web -o json
row "25. and edited, by its name" 0 made mcpm profile edit made -d "'for a row'" -o name
row "25. a secret that was set, without its value" 0 '*"name": "row-secret"*' "echo planted | mcpm secret set row-secret -o json"
row "25. tools that were hidden" 0 web "mcpm tools disable web echo -o name && mcpm tools enable web echo"
row "25. what an editor left as it was" 0 web "VISUAL=true mcpm edit web -o name 2>/dev/null"
row "25. a bundle: its digest, servers, packages, images, and what is missing" 0 '{*"web"*"missing"*"packages"*"images"*"sha256:*' "mcpm bundle web -f web.mcpm -o json 2>/dev/null"
row "25. a backup: what is in it" 0 '{*"done": "written"*"servers": 2*' "echo long-enough | mcpm backup web.backup -o json"
row "25. and one that is checked, by its file" 0 ./web.backup "echo long-enough | mcpm restore --check web.backup -o name"
says "25. a backup on standard output leaves no place for it" 2 "*no place*" "echo long-enough | mcpm backup - -o json"
row "25. an AI client's file that is as it was" 0 cursor "mcpm client connect cursor --yes >/dev/null 2>&1; mcpm client undo cursor --yes -o name 2>/dev/null"
row "25. the agent that was started, and one that took over" 0 '{*"pid"*{*"pid"*' "mcpm agent start -o json; mcpm agent restart -o json"
row "25. units that would be written" 0 $'mcpmd.*\nmcpmd.*' mcpm agent install --dry-run -o name
row "24. the agent's own log, an object a line" 0 '{*"level":"*' "mcpm agent logs -n 1 -o json"
row "25. both go again" 0 '*' "mcpm profile remove made && mcpm secret remove row-secret"
row "31. sorted" 0 $'NAME*\nweb*\ntwo*' mcpm list --sort-by -name
row "31. chosen columns" 0 $'STATUS   NAME\n*' mcpm list --columns status,name
says "a column that is not there" 2 "*the columns are NAME*" mcpm list --columns nope
row "32. a filter" 0 "" mcpm list --filter status=unknown -q
says "32. a wrong filter" 2 "*status=sleepy: expected one of*" mcpm list --filter status=sleepy
row "34. tables are not cut with -o wide" 0 "*srv_*" mcpm list -o wide

# names
row "94. several names" 0 $'*Name:*two*\n\n*Name:*web*' mcpm show two web
row "94. status of several" 3 "*" mcpm status two web
row "92. patterns" 0 "web" "mcpm start 'w*' -v"
row "93. the beginning of an id" 0 "web" 'id=$(mcpm show web -o jsonpath=.id); mcpm status "${id%??}" -o name'
says "a pattern that fits nothing" 4 "*no server's name matches*" "mcpm stop 'zzz*'"
row "53. one that is gone is fine" 0 "" mcpm remove --ignore-not-found nosuch
says "16. one suggestion, one style" 4 "*did you mean 'web'?" "mcpm start wbe 2>&1 | tail -n 1 >&2; exit 4"
row "83. rename" 0 "second" "mcpm rename two second && mcpm show second -o name"
row "56. wait for several" 0 "" mcpm wait web second --for running --timeout 20s "&& true || mcpm start second && mcpm wait web second"
says "57. and no longer than is said" any "*it is there after 100ms*" mcpm wait web --for removed --timeout 100ms
row "57. wait until it is removed" 0 "" "mcpm add gone -- $everything >/dev/null; (sleep 0.3; mcpm remove gone) & mcpm wait gone --for removed --timeout 20s"
says "55. a limit on a start" 124 "*takes longer than 300ms*" "mcpm add slow --start-timeout 30s -- $fixtures/late 60000 >/dev/null; mcpm start slow --timeout 300ms"
mcpm remove -f slow

# what runs and what is defined
row "81. a change shows until the restart" 0 "running (old definition)" "mcpm start second; mcpm update second -e A=2 2>/dev/null; mcpm list -o json | python3 -c 'import json,sys; s=[x for x in json.load(sys.stdin) if x[\"name\"]==\"second\"][0]; print(\"running (old definition)\" if s[\"statusReason\"]==\"restart-pending\" else s)'"
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
row "80. effective values" 0 "10s" "mcpm show web --effective -o jsonpath=.config.stopTimeout"

# files
printf '{ "mcpServers": { "web": { "type": "stdio", "command": "%s", "cwd": "%s", }, } } // c\n' "$everything" "$PWD" >client.json
row "49. a client's file, only shown" 3 "web updated (dry run)*" mcpm apply -f client.json --dry-run
row "50. diff says so by its status" 3 "web updated*" mcpm diff -f client.json
row "apply --now" 0 "web updated" "mcpm apply -f client.json --now 2>/dev/null"
row "and then nothing differs" 0 "" mcpm diff -f client.json
says "48. pruning is asked for" 2 "*--yes*" "mcpm apply -f client.json --prune"
says "48. removing all is asked for" 2 "*--yes*" mcpm remove --all -f

# logs
script=$sandbox/logs.sh
cat >"$script" <<'S'
echo "INFO fine" >&2
printf 'Traceback (most recent call last):\n  File "x.py", line 1\nKeyError: '"'X'"'\n' >&2
echo "INFO after" >&2
sleep 300
S
mcpm add logging --transport none --start -- sh "$script" >/dev/null
until_true 10 eval 'mcpm logs logging | found after'
row "a traceback is an error as a whole" 0 $'Traceback*\n  File*\nKeyError*' mcpm logs logging --level error --no-notes
row "nothing else is" 0 "" "mcpm logs logging --level error --no-notes | grep -E 'fine|after' || true"
row "65. since in words" 0 "*after*" "mcpm logs logging --since '10 minutes ago'"
row "65. since yesterday" 0 "*after*" mcpm logs logging --since yesterday
says "since nonsense" 2 "*--since: 'never' is no time*" mcpm logs logging --since never
row "59. several servers with their names" 0 "*logging | INFO after*" mcpm logs logging web
run timeout 20 bash -c 'mcpm logs -f logging | head -n 1 >/dev/null'
same "60. following ends with its reader" 0 "$status"
run timeout 20 bash -c 'mcpm events -f -n 1 | head -n 1 >/dev/null'
same "events too" 0 "$status"
mcpm agent logs -f -n 0 >followed & follower=$!
until_true 10 eval 'ls -l /proc/$follower/fd | found inotify'
mcpm agent restart
check "60. the agent's log is followed by the kernel's word" until_true 20 test -s followed
kill $follower

# colour, settings, the tool itself
has "40. CLICOLOR_FORCE" $'\e[' "$(env -u NO_COLOR CLICOLOR_FORCE=1 mcpm list)"
has "40. --color always" $'\e[' "$(mcpm list --color always)"
has_not "40. --color never" $'\e[' "$(CLICOLOR_FORCE=1 mcpm list --color never)"
says "90. --debug shows requests" 0 "*GET /api/servers -> 200*" mcpm list --debug
row "79. the settings and where they are from" 0 "*http.listen*MCPM_HTTP_LISTEN*" mcpm config show --no-trunc
mkdir -p "$HOME/.config/mcpm"
printf 'http:\n  lissten: off\n' >"$HOME/.config/mcpm/config.yaml"
row "95. doctor reads config.yaml" 1 "*config.yaml:2:3*lissten*" mcpm doctor
if ! command -v uv >/dev/null && python3 -c 'import ensurepip, venv' 2>/dev/null; then
    row "95. without uv it is not said that PyPI packages need it" any "*python3's venv installs PyPI packages*" mcpm doctor
fi
rm "$HOME/.config/mcpm/config.yaml"
row "26. an empty list is one" 0 "[[]]" mcpm secret list -o json

# what a terminal is like, and what a script is like
clear_of() { python3 "$MCPM_SOURCE_DIR/tests/support/wide_columns.py"; }
on_terminal() { script -qec "stty cols $1; PAGER=cat $2" /dev/null | tr -d '\r'; }
widest() { # of the lines that can be broken: a path or an address, which is one word, stays whole
    python3 -c 'import sys; print(max((len(line.rstrip("\n")) for line in sys.stdin if " " in line.strip()), default=0))'
}
for columns in 60 80 120 200; do
    for command in "mcpm list" "mcpm stats" "mcpm usage" "mcpm health web" "mcpm client list --all" "mcpm tools list web" \
        "mcpm --help" "mcpm add --help" "mcpm dev --help" "mcpm config show" "mcpm notify list 2>/dev/null" "mcpm feedback list" "mcpm template list" "mcpm health"; do
        found=$(on_terminal $columns "$command" | widest)
        check "35. $command fits $columns columns (it has $found)" [ "${found:-0}" -le "$columns" ]
    done
done
has "43. an example that is too wide is broken as a shell reads it" ' \' "$(on_terminal 60 'mcpm add --help')"
row "37. no colour where there is no terminal" 0 "" "mcpm list | grep -a $'\e' || true"
says "62. a full disk is an error" 1 "*No space left*" "mcpm list >/dev/full"
says "62. so is a closed standard output" 1 "*write to standard output*" "mcpm list >&-"
row "61. a reader who leaves is none" 0 "x" "mcpm tools list web -o json | head -n 1 >/dev/null; echo x"
row "51. idempotent: started twice, stopped twice" 0 "" "mcpm start web; mcpm start web; mcpm stop web; mcpm stop web; mcpm start web"
says "52. created twice is a conflict" 6 "*a server of that name exists*" "mcpm add web -- $everything"
says "17. a tool that is not there" 4 "*did you mean 'add'?*" mcpm call web ad
says "54. the same with arguments" 4 "*did you mean 'add'?*" mcpm call web ad a=1
says "12. an empty name" 2 "*NAME*is empty*" "mcpm call '' x"
says "12. a wrong time names its option" 2 "*--expires: *" mcpm token create t --expires never
says "12. a wrong argument" 2 "*usage: mcpm list*" mcpm list extra
row "18. aliases" 0 $'web\nweb\nweb' "mcpm inspect web -o name; mcpm info web -o name; mcpm ls -q | grep -x web"
row "20. --option=value, and short ones together" 0 "web" "mcpm list --output=name | grep -x web"
row "21. -- ends the options" 0 "*-n*" "mcpm add dashed -- /bin/echo -n >/dev/null; mcpm show dashed -o jsonpath=.args; mcpm remove dashed"
row "10. the version in three ways" 0 $'mcpm *\nmcpm *\n*' "mcpm --version; mcpm -V; mcpm version"
row "export as JSON, which apply reads" 0 "" "mcpm export web -o json >web.json && mcpm diff -f web.json"
row "one setting" 0 "*log_level*default*" mcpm config show log_level
row "64. times in data are RFC 3339" 0 "20??-??-??T??:??:??*Z" mcpm show web -o jsonpath=.createdAt
# every command, by the page that is made of the table
commands=$(sed -n 's/^### .mcpm \(.*\).$/\1/p' "$MCPM_SOURCE_DIR/docs/cli.md")
without_help='' differing='' few_examples='' without_page=''
while IFS= read -r command; do
    # shellcheck disable=SC2086
    page=$(mcpm $command --help 2>&1) || without_help+=" $command"
    # shellcheck disable=SC2086
    [ "$page" = "$(mcpm help $command 2>&1)" ] && [ "$page" = "$(mcpm $command -h 2>/dev/null)" ] || differing+=" $command"
    [ "$(sed -n '/^Examples/,/^[A-Z]/p' <<<"$page" | grep -c '^  [^ ].*mcpm \|^  mcpm ')" -ge 2 ] || few_examples+=" $command"
    [ -f "$MCPM_SOURCE_DIR/man/mcpm-${command// /-}.1" ] || without_page+=" $command"
done <<<"$commands"
same "1. -h and --help of all $(wc -l <<<"$commands") commands: on standard output, 0" "" "$without_help"
same "2. help COMMAND is the same page" "" "$differing"
same "2. and knows aliases" "$(mcpm help remove)" "$(mcpm help rm)"
same "7. two examples in each page" "" "$few_examples"
same "68. a man page for each command" "" "$without_page"
row "11. the version as JSON" 0 '{*"mcpm"*' "mcpm version -o json | tr -d '\n '"
says "15. a typo of an option" 2 "*did you mean '--help'*" mcpm list --hlp
says "17. a typo of a tool that is to be hidden" any "*did you mean 'add'*" mcpm tools disable web ad
row "19. options anywhere before --" 0 "late" "mcpm add -e A=1 late -l x=y -- /bin/cat; mcpm remove -f late"
row "22. - is standard input" 0 "*web*" "mcpm export web | mcpm apply -f - -o json"
for command in status why health; do row "28. $command -o name" any "web" "mcpm $command web -o name"; done
row "28. doctor: the names of its checks" any "mcpm*" mcpm doctor -o name
row "28. runs: their numbers" 0 "[0-9]*" mcpm runs web -o name
row "33. --no-trunc" 0 "*$everything*" "mcpm list --no-trunc"
row "36. wide letters stand straight" 0 "" "mcpm add 日本語サーバー -- /bin/cat >/dev/null; mcpm list | clear_of; mcpm remove -f 日本語サーバー"
has_not "38. NO_COLOR on a terminal" $'\e[3' "$(on_terminal 80 'mcpm list')"
has "38. empty, it is unset" $'\e[' "$(NO_COLOR='' TERM=xterm on_terminal 80 'mcpm list')"
has_not "39. TERM=dumb" $'\e[' "$(NO_COLOR='' TERM=dumb on_terminal 80 'mcpm list')"
same "41. no backgrounds, no colours but the basic ones" "" "$(NO_COLOR='' TERM=xterm on_terminal 120 'mcpm list; mcpm doctor' | grep -oE $'\e\\[[0-9;]*m' | grep -E '[;[](4[0-8]|38|48|10[0-7])' | head -n 1)"
row "42. LC_ALL=C" 0 "" "LC_ALL=C TERM=xterm script -qec 'stty cols 60; LC_ALL=C mcpm show web' /dev/null | grep -aP '[^\x00-\x7F]' || true"
row "42. and help" 0 "" "for page in '' add call 'profile create'; do LC_ALL=C mcpm help \$page; done | grep -aP '[^\x00-\x7F]' || true"
row "44. nothing of progress in a pipe" 0 "" "mcpm restart web 2>&1"
row "45. success is silent" 0 "" mcpm stop web
row "46. -v names what was done" 0 "web" mcpm start web -v
says "47. a secret is no argument" 2 "*" mcpm secret set token value
row "47. it comes on standard input" 0 "token" "printf value | mcpm secret set token && mcpm secret list -q"
has "48. a terminal is asked before a secret goes" "remove the secrets token? [y/N]" "$(on_terminal 80 'mcpm secret remove token </dev/tty & sleep 1; kill $!' 2>/dev/null; :)"
same "48. and it is still there" "token" "$(mcpm secret list -q)"
row "48. --yes does not ask; a script that named it is not asked" 0 "" "mcpm secret remove token --yes; mcpm profile create p -s web; mcpm profile remove p; mcpm token create t >/dev/null; mcpm token revoke t -y"
row "52. --replace where something is taken over" 0 "*--replace*" mcpm import --help
row "58. logs: -n, --since, --until, -t" 0 "20??-*" "mcpm logs logging -n 1 --since 1h --until 0s -t"
says "63. Ctrl-C is 130" 130 "*" "python3 -c 'import os,signal,subprocess,sys,time
p = subprocess.Popen([\"mcpm\", \"logs\", \"-f\", \"logging\"], stdout=subprocess.PIPE)
p.stdout.readline(); p.send_signal(signal.SIGINT); sys.exit(130 if p.wait() == -signal.SIGINT else 1)'"
row "66. durations and sizes have units" 0 "*64*" "mcpm update second --memory 64m --stop-timeout 1500ms && mcpm show second -o json"
has "67. a pager on a terminal" "PAGED" "$(script -qec "stty cols 80 rows 10; PAGER='sed s/^/PAGED/' mcpm show web second" /dev/null)"
has_not "67. and not with --no-pager" "PAGED" "$(script -qec "stty cols 80 rows 10; PAGER='sed s/^/PAGED/' mcpm --no-pager show web second" /dev/null)"
if command -v mandoc >/dev/null; then
    same "69. mandoc -T lint has no word" "" "$(mandoc -T lint "$MCPM_SOURCE_DIR"/man/* 2>&1 | grep -v "referenced manual not found" | head -n 5)"
else
    bad "69. mandoc is not installed"
fi
for section in EXAMPLES FILES; do row "70. $section in mcpm(1)" 0 "*" "grep '^.S[hH] $section' '$MCPM_SOURCE_DIR/man/mcpm.1'"; done
same "71. ENVIRONMENT has each variable of the documents" "" "$(grep -ohE '\bMCPM_(OUTPUT|PAGER|HTTP_LISTEN|CONFIG_HOME|DATA_HOME|STATE_HOME|RUNTIME_DIR|SYSTEM)\b' "$MCPM_SOURCE_DIR"/docs/*.md | sort -u | while read -r one; do grep -q "$one" "$MCPM_SOURCE_DIR/man/mcpm.1" || echo "$one"; done)"
row "72. completion in bash (pressed in tests/e2e/completion.sh)" 0 "*__complete*" mcpm completion bash
row "73. completion in zsh" 0 "*__complete*" mcpm completion zsh
row "74. completion in fish" 0 "*__complete*" mcpm completion fish
says "75. completion of no such shell" 2 "*" mcpm completion powershell
row "76. names with blanks are completed" 0 "*two words*" "mcpm add 'two words' -- /bin/cat >/dev/null; mcpm __complete start tw; mcpm remove -f 'two words'"
check "77. the XDG folders" [ -S "$XDG_RUNTIME_DIR/mcpm/agent.sock" ] && [ -f "$HOME/.local/share/mcpm/mcpm.db" ] && [ -f "$HOME/.local/state/mcpm/agent.log" ]
says "82. edit: VISUAL before EDITOR, no change" 0 "*" "EDITOR=false VISUAL=true mcpm edit web"
has "84. a live view" "mcpm top" "$(on_terminal 80 'timeout --foreground 2 mcpm top')"
row "85. what happens, as it happens" 0 "*" "timeout 5 mcpm events -f -n 1 | head -n 1"
has "86. an empty list says what to do" "mcpm token create" "$(on_terminal 80 'mcpm token list')"
has "87. success says the next step" "mcpm start later" "$(on_terminal 80 'mcpm add later -- /bin/cat; mcpm remove -f later')"
says "88. an error: what, why, what next" 4 "*nosuch*not found*mcpm list*" mcpm start nosuch
row "89. messages are not on standard output" 4 "" mcpm start nosuch

row "25. the agent that was stopped" 0 stopped mcpm agent stop -o jsonpath=.change
row "25. and is" 0 none mcpm agent stop -o jsonpath=.change
says "88. one that is not there cannot be replaced" 5 "*the agent is not running*mcpm agent start*" mcpm agent restart
row "91. lists are there, with their age" 0 "*web*stopped*" mcpm list
has_not "what is stopped is certain" "stopped?" "$out"
row "54. and nothing is started by looking" 5 "*not running*" mcpm status

missing=$(comm -13 <(grep -oE '^ *(row|says|same|has|has_not|check|for .*; do row) "[0-9]+\. ' "$MCPM_SOURCE_DIR/tests/e2e/conventions.sh" | grep -oE '[0-9]+' | sort -u) <(seq 1 95 | sort) | sort -n | tr '\n' ' ')
same "each of the 95 conventions has a row" "" "$missing"
