#!/usr/bin/env bash
# The lines of README and docs, as a reader types them: each block behind "<!-- run -->" is run line by line in a home of its
# own, page by page. "<!-- run: network -->" is left out, and that is said, where no package registry answers.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"

everything=$fixtures/mcp_everything
mkdir "$sandbox/bin" "$sandbox/work"
ln -s "$everything" "$sandbox/bin/everything"
printf '#!/bin/sh\necho a-token\n' >"$sandbox/bin/pass" # a password store, which few have
chmod +x "$sandbox/bin/pass"
export PATH=$sandbox/bin:$PATH PAGER=cat
cd "$sandbox/work" || exit 1
has_network() { curl -sS -m 10 -o /dev/null https://registry.npmjs.org/is-odd 2>/dev/null; }
network=${MCPM_DOCS_NETWORK:-no}
if [ $network = no ] && has_network && (need_new_node) >/dev/null 2>&1; then network=yes && need_new_node; fi
[ $network = yes ] || note "no package registry answers, or there is no Node: what needs one is left out"

prepare() { # PAGE: what its text says is there already
    case $1 in
        docs/access.md | docs/bundle.md | docs/developing.md | docs/profiles.md | docs/sharing-short.md) mcpm add files -- everything && mcpm add web -- everything ;;
        docs/servers-file.md)
            printf 'servers:\n  web:\n    command: everything\n    cwd: %s\n' "$PWD" >servers.yaml ;;
        docs/start.md) [ $network = yes ] ;;
        docs/clients.md)
            mcpm add files -- everything && mcpm profile create work -s files && mkdir -p "$HOME/.cursor" "$HOME/.config/Code/User"
            printf '{"mcpServers": {"here": {"command": "everything"}}}\n' >.mcp.json ;;
        docs/troubleshooting.md) mcpm add files --start -- everything ;;
        docs/backup.md) mcpm add files -- everything ;;
    esac >/dev/null
}
tidy() {
    mcpm remove --all -f --yes >/dev/null 2>&1
    for profile in $(mcpm profile list -q 2>/dev/null); do mcpm profile remove "$profile"; done
    mcpm token revoke -y $(mcpm token list -q 2>/dev/null) 2>/dev/null
    rm -f servers.yaml .mcp.json mcpm.backup servers.mcpm
}
run_lines() { # PAGE LINES: a line may say with which status it ends ("exit status 3")
    local page=$1 line wanted status
    while IFS= read -r line; do
        case $line in '' | '#'*) continue ;; esac
        wanted=0
        [[ $line =~ exit\ status\ ([0-9]+) ]] && wanted=${BASH_REMATCH[1]}
        case $line in *"and asks"* | "mcpm client disconnect"* | "mcpm client undo"*) line="${line%%#*} --yes" ;; esac # a reader answers y
        eval "timeout 300 bash -c \"\$line\"" >"$sandbox/out" 2>"$sandbox/err" <<<'a value of some length'
        status=$?
        if [ "$status" -eq "$wanted" ]; then ok "$page: $line"; else bad "$page: exit $status: $line"; tail -n 5 "$sandbox/out" "$sandbox/err"; fi
    done <<<"$2"
}

unmarked=$(python3 "$MCPM_SOURCE_DIR/tests/support/doc_blocks.py" "$MCPM_SOURCE_DIR" --unmarked)
same "each block says whether it is run, and why not" "" "$unmarked"
named=$(python3 "$MCPM_SOURCE_DIR/tests/support/doc_blocks.py" "$MCPM_SOURCE_DIR" --elsewhere)
same "and one that is run elsewhere says by which test, which is there" "" "$named"

mkdir "$sandbox/shown"
expect "files that are shown are what they say" 0 python3 "$MCPM_SOURCE_DIR/tests/support/doc_files.py" "$MCPM_SOURCE_DIR" "$sandbox/shown"
shown=0
read_shown() { # TAKER FILE
    case $1 in
        servers) mcpm apply -f "$2" --dry-run ;;
        template) mcpm template validate "$2" ;;
        config) mkdir -p "$2.d" && cp "$2" "$2.d/config.yaml" && MCPM_CONFIG_HOME=$2.d mcpm config show ;;
    esac
}
while IFS=$'\t' read -r taker place file; do
    case $taker in servers | template | config) shown=$((shown + 1)) ;; *) continue ;; esac # the others: tests/packaging, tests/e2e/clients.sh
    wanted=0
    [ "$taker" != servers ] || wanted=3 # something would change
    expect "$place is taken as it is shown" "$wanted" read_shown "$taker" "$file"
    same "and there is nothing to say of it" "" "$err"
done <<<"$out"
check "there were some ($shown)" [ "$shown" -ge 8 ]

count=0
while IFS=$'\t' read -r page needs block; do
    case " ${MCPM_DOCS_PAGES:-$page} " in *" $page "*) ;; *) continue ;; esac
    if [ "$page" != "${last:-}" ]; then
        tidy
        prepare "$page" || true
        last=$page
    fi
    lines=$(printf %s "$block" | base64 -d)
    if [ "$needs" = network ] && [ $network = no ]; then
        note "left out: $page: $(printf '%s\n' "$lines" | head -n 1) …"
        continue
    fi
    count=$((count + 1))
    run_lines "$page" "$lines"
done < <(python3 "$MCPM_SOURCE_DIR/tests/support/doc_blocks.py" "$MCPM_SOURCE_DIR")
check "blocks were found ($count)" [ "$count" -ge 5 ]
tidy
