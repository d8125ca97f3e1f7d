#!/usr/bin/env bash
# Each command that prints a table, on terminals of 60, 80, 120 and 200 columns, beside the screen that is kept in
# tests/fixtures/screens: which columns are there, what is cut, what is said below. MCPM_NEW_SCREENS=1 writes them anew: look at them.
. "$(dirname "$0")/../support/sandbox.sh"
export PAGER=cat TERM=xterm
export DOCKER_HOST=unix://$sandbox/no-engine.sock
everything=$fixtures/mcp_everything
kept=$MCPM_SOURCE_DIR/tests/fixtures/screens
cd "$sandbox" || exit 1
mkdir -p "$HOME/.cursor" "$HOME/.config/mcpm"
printf 'notify:\n  webhook: http://127.0.0.1:9/a\n' >"$HOME/.config/mcpm/config.yaml"
expect "a server" 0 mcpm add web -l team=a --start -- "$everything"
expect "one that is stopped" 0 mcpm add a-rather-long-name-of-a-server -- /bin/cat
expect "one that cannot start" 1 mcpm add broken --start -- /bin/false
check "which gives up" until_true 60 eval 'mcpm list --filter status=error | found "broken *error (crash-loop"'
expect "a call" 0 mcpm call web echo message=hi
expect "a profile" 0 mcpm profile create work -s web -d 'what a day needs'
expect "a token" 0 mcpm token create editor --profile work
printf 'a value' | mcpm secret set key
expect "feedback" 0 mcpm feedback send -t feature 'Wide tables' -d 'Wider tables on wide screens, please.'
check "a notice that cannot be delivered" until_true 60 eval 'mcpm notify list | found reach'
screen() { script -qec "stty cols $1 rows 200; $2" /dev/null | python3 "$MCPM_SOURCE_DIR/tests/support/screen_words.py"; }
commands=("list" "list -o wide" "status web" "show web" "why broken" "runs web" "stats" "usage" "usage --by client" "health" "health web"
    "tools list web" "tools verify web" "prompts list web" "resources list web" "resources templates web" "profile list" "profile show work"
    "token list" "secret list" "feedback list" "feedback stats" "notify list" "client list" "client status cursor" "agent status" "diff -f /dev/null")
for command in "${commands[@]}"; do
    file=$kept/${command//[^a-z]/-}.txt
    for columns in 60 80 120 200; do
        printf -- '--- %s columns: mcpm %s\n' "$columns" "$command"
        screen $columns "mcpm $command"
    done >"$sandbox/screen"
    [ -z "${MCPM_NEW_SCREENS:-}" ] || cp "$sandbox/screen" "$file"
    if difference=$(diff -u "$file" "$sandbox/screen"); then ok "mcpm $command"; else bad "mcpm $command is not as $file has it:"; printf '%s\n' "$difference" | head -n 30; fi
done
