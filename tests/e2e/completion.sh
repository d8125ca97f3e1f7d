#!/usr/bin/env bash
# Completion as a person presses it: the tab key in real shells on a pseudo terminal. What the scripts ask is tested in
# unit_cli; here, that bash, zsh and fish ask it rightly and put the answer where it belongs.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"
need_packages zsh fish || note "not all shells could be installed"

expect "a server" 0 mcpm add files --start -- "$fixtures/mcp_everything"
expect "one of two words" 0 mcpm add 'two words' -l team=a -- /bin/cat
expect "a profile" 0 mcpm profile create work -s files
mkdir "$sandbox/bin"
cat >"$sandbox/bin/mcpm" <<W
#!/bin/sh
[ "\$1" = __complete ] && exec "$MCPM_BUILD_DIR/mcpm" "\$@"
printf 'ARGS:'; printf '%s|' "\$@"; printf ':END\n'
W
chmod +x "$sandbox/bin/mcpm"
cd "$sandbox" || exit 1

for shell in bash zsh fish; do
    command -v $shell >/dev/null || { note "$shell is not installed"; continue; }
    mcpm completion $shell >"$sandbox/script.$shell"
    tab() { PATH=$sandbox/bin:$PATH python3 "$MCPM_SOURCE_DIR/tests/support/press_tab.py" $shell "$sandbox/script.$shell" "$1"; }
    same "$shell: a command" "version|" "$(tab 'mcpm versi')"
    same "$shell: a server after an option" "logs|-f|files|" "$(tab 'mcpm logs -f fi')"
    same "$shell: a server after an option's value" "logs|-n|5|files|" "$(tab 'mcpm logs -n 5 fi')"
    same "$shell: a choice" "wait|files|--for|healthy|" "$(tab 'mcpm wait files --for hea')"
    same "$shell: a choice behind =" "wait|files|--for=healthy|" "$(tab 'mcpm wait files --for=hea')"
    same "$shell: an alias" "tools|list|files|" "$(tab 'mcpm tools list fi')"
    same "$shell: a profile" "profile|show|work|" "$(tab 'mcpm profile show wo')"
    same "$shell: a level" "logs|--level|warning|" "$(tab 'mcpm logs --level war')"
    same "$shell: a filter" "list|--filter|status=running|" "$(tab 'mcpm list --filter status=run')"
    same "$shell: a label" "start|-l|team=a|" "$(tab 'mcpm start -l team')"
    same "$shell: an option" "logs|--follow|" "$(tab 'mcpm logs --fol')"
    same "$shell: a name of two words" "start|two words|" "$(tab 'mcpm start tw')"
    same "$shell: a tool" "call|files|echo|" "$(tab 'mcpm call files ech')"
    same "$shell: a tool to edit" "tools|edit|files|echo|" "$(tab 'mcpm tools edit files ech')"
    same "$shell: the new commands" "dev|" "$(tab 'mcpm de')"
    same "$shell: their options" "dev|--watch|" "$(tab 'mcpm dev --watc')"
    same "$shell: a format of export" "export|-o|json|" "$(tab 'mcpm export -o js')"
    same "$shell: an AI client" "client|status|claude-code|" "$(tab 'mcpm client status claude-c')"
    same "$shell: a group's command" "feedback|stats|" "$(tab 'mcpm feedback sta')"
    same "$shell: what a bundle is made of" "bundle|files|" "$(tab 'mcpm bundle fi')"
    same "$shell: where it goes" "bundle|files|-f|script.$shell|" "$(tab "mcpm bundle files -f script.$shell")"
    same "$shell: and comes from" "install|--bundle|script.$shell|" "$(tab "mcpm install --bundle script.$shell")"
    same "$shell: what does not ask" "profile|remove|work|--yes|" "$(tab 'mcpm profile remove work --ye')"
    same "$shell: a server to look up" "usage|--by|tool|" "$(tab 'mcpm usage --by too')"
    same "$shell: a range" "health|files|--range|24h|" "$(tab 'mcpm health files --range 24')"
    same "$shell: a kind of feedback" "feedback|list|--status|open|" "$(tab 'mcpm feedback list --status ope')"
    same "$shell: a channel" "notify|test|" "$(tab 'mcpm notify te')"
    same "$shell: a backup" "restore|script.$shell|" "$(tab "mcpm restore script.$shell")"
    same "$shell: the live screen" "top|" "$(tab 'mcpm top')"
    same "$shell: a name to change" "rename|files|" "$(tab 'mcpm rename fil')"
    same "$shell: a setting" "config|show|" "$(tab 'mcpm config sho')"
    same "$shell: a file" "apply|-f|script.$shell|" "$(tab "mcpm apply -f script.$shell")"
done
