#!/usr/bin/env bash
# Files that are wrong, of each format that is read (tests/support/bad_files.py has the table): each ends with its exit status and a message
# that names the file and the place in it, it is no fault of mcpm, and nothing is defined, stored or half installed.
. "$(dirname "$0")/../support/sandbox.sh"
# What would be fetched is not there.
printf 'registry=http://127.0.0.1:1/\nfetch-retries=0\nfetch-timeout=3000\n' >"$HOME/.npmrc"
mkdir -p "$HOME/.config/pip"
printf '[global]\nindex-url = http://127.0.0.1:1/simple\nretries = 0\ntimeout = 3\n' >"$HOME/.config/pip/pip.conf"
unset "${!PIP_@}" 2>/dev/null
expect "the agent starts" 0 mcpm agent start
left() { mcpm list -q; mcpm secret list -q; find "$data/packages" -mindepth 2 2>/dev/null | sort; ls "$sandbox"/escaped* /tmp/mcpm-escaped* 2>/dev/null; }
before=$(left)
answer() { # COMMAND FILE
    local words
    read -ra words <<<"$1"
    case $1 in
        up) cd "$(dirname "$2")" && run mcpm up && cd "$sandbox" || cd "$sandbox" || exit 1 ;;
        *) run mcpm "${words[@]}" "$2" ;;
    esac
}
# Where it says what is wrong, as the table has it.
has_place() { # WHERE FILE-NAME TEXT
    case $1 in
        line) grep -qE -- "(^|[/ ])${2//./\\.}:[1-9][0-9]*:[1-9][0-9]*: " <<<"$3" ;;
        bundle) grep -qE 'manifest\.json of the bundle: [a-z_.]+|the archive[: ]|cannot be installed: server\.[a-z_.]+: ' <<<"$3" ;;
        far) grep -qE '127\.0\.0\.1' <<<"$3" ;;
        whole) true ;;
    esac
}
# What to do: a line of its own below the message, or a command in it.
has_remedy() { grep -qE '^  [^ ]|^mcpm: correct |`mcpm [a-z]+' <<<"$1"; }
tried=0
while IFS='|' read -r command wanted file place words; do
    tried=$((tried + 1))
    answer "$command" "$file"
    what="$command ${file#"$sandbox"/bad/}"
    same "$what: its exit status" "$wanted" "$status"
    has "$what: the file" "${file##*/}" "$out$err"
    has "$what: the reason" "$words" "$out$err"
    check "$what: the place" has_place "$place" "${file##*/}" "$out$err"
    check "$what: what to do" has_remedy "$err"
    case $out$err in *"a fault in mcpm"* | *Traceback* | *"Internal error"*) bad "$what: it is no fault of mcpm: $err" ;; esac
    same "$what: nothing is left" "$before" "$(left)"
done < <(python3 "$MCPM_SOURCE_DIR/tests/support/bad_files.py" "$sandbox/bad")
check "the whole table was tried: $tried" test "$tried" -ge 125

# What --dry-run says of an entry that is not taken over, and that a good one beside it is.
printf '{"mcpServers": {"one": {"command": "x", "args": {"a": 1}}, "two": {"command": "%s"}}}' "$fixtures/mcp_everything" >"$sandbox/one.json"
expect "a bad one beside a good one is shown" 0 mcpm import "$sandbox/one.json" --dry-run
has "with why and where" "its args is not a list" "$out"
has "where" "from $sandbox/one.json:1:17" "$out"
same "nothing is defined" "" "$(mcpm list -q)"
expect "the good one is taken over" 0 mcpm import "$sandbox/one.json" --yes
same "and it alone" two "$(mcpm list -q)"
has "the other is said, without a terminal too" "left out: $sandbox/one.json:1:17: one: its args is not a list" "$err"

# A name that is taken.
before=$(left)
printf '{"name": "io.example/two", "description": "x", "version": "1.0.0", "remotes": [{"type": "streamable-http", "url": "http://127.0.0.1:1/"}]}' \
    >"$sandbox/server.json"
expect "a server.json whose name is taken" 6 mcpm install "$sandbox/server.json" --yes
has "is said with the name" two "$err"
cp "$sandbox/bad/bundles/good.mcpb" "$sandbox/good.mcpb"
expect "a bundle whose name is taken" 6 mcpm install "$sandbox/good.mcpb" --yes --name two
expect "a template whose name is taken" 6 mcpm install everything --name two
same "nothing is left of them" "$before" "$(left)"
printf '\377\376x' >"$sandbox/bytes.json"
expect "an address that answers nothing" 1 mcpm install http://127.0.0.1:1/server.json --yes
has "is named" 127.0.0.1 "$err"

# A scalar where a client has a map, what is no backup, what is no bundle: named, with what to do.
printf 'null\n' >"$sandbox/scalar.yaml"
expect "a client's file without a map" 6 mcpm client connect goose --file "$sandbox/scalar.yaml" --yes
has "is named" "$sandbox/scalar.yaml: " "$err"
has "with what to do" "by hand" "$err"
same "and stays" null "$(cat "$sandbox/scalar.yaml")"
cd "$sandbox" || exit 1
expect "no backup" 2 bash -c 'printf "long enough" | mcpm restore --check scalar.yaml'
has "is named as it was typed" "read the backup scalar.yaml: " "$err"
expect "no bundle" 2 mcpm install --bundle scalar.yaml
has "is named, too" "mcpm: scalar.yaml: this is no bundle" "$err"
mkfifo "$sandbox/pipe"
expect "what comes through a pipe is not imported by its name" 6 mcpm import "$sandbox/pipe"
has "but by -" "mcpm import -" "$err"
# Arguments that are no UTF-8, and an empty name.
for words in "install" "template show" "install filesystem --name" "search" "client connect"; do
    # shellcheck disable=SC2086 # words
    run mcpm $words $'\xff\xfe'
    case $status in 2 | 4) ok "$words with bytes that are no text" ;; *) bad "$words with bytes that are no text: $status $err" ;; esac
    has_not "$words: it is no fault of mcpm" "a fault in mcpm" "$err"
done
expect "an empty name is none" 2 mcpm install everything --name ""
has "and is said" "--name: a name is expected" "$err"
expect "no client has a server" 4 mcpm import
has "which is said, with where they are looked for" "mcpm client list --all" "$err"
# Pages that messages name are there.
grep -rhoE --include='*.cpp' --include='*.hpp' --include='*.ts' --include='*.tsx' 'docs/[a-z-]+\.md' "$MCPM_SOURCE_DIR"/{agent,cli,common} | sort -u >"$sandbox/pages"
while read -r page; do check "$page is there" test -f "$MCPM_SOURCE_DIR/$page"; done <"$sandbox/pages"
check "pages were named" test "$(wc -l <"$sandbox/pages")" -gt 5
