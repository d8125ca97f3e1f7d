#!/usr/bin/env bash
# The marketplace as a person uses it: find, look, install with values, start, call; what is wrong is said before anything is
# installed. And PyPI packages: installed once, pinned by the hashes of every file, started directly.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/real_packages.sh"

expect "the agent starts" 0 mcpm agent start

# Finding and looking.
expect "templates are found by a word" 0 mcpm search allowed folders
has "among them the one" filesystem "$out"
expect "nothing found is its own status" 4 mcpm search nosuchword
expect "a category is a choice" 0 mcpm template list --category database -q
has "with its servers" sqlite "$out"
has_not "and no others" playwright "$out"
expect "one is shown" 0 mcpm template show filesystem
has "with its parameters" "allowed-paths *" "$out"
has "and what it may reach" "reads and writes files below the allowed paths" "$out"
expect "a typo gets a suggestion" 4 mcpm template show filesytem
has "the nearest" "did you mean 'filesystem'?" "$err"
same "at least eighty are built in" yes "$([ "$(mcpm template list -q | wc -l)" -ge 80 ] && echo yes)"

# What is wrong is said, and nothing is left.
expect "a missing value is refused and named" 2 mcpm install filesystem
has "with what it is" "allowed-paths is required: the folders it may use" "$err"
expect "an unknown parameter likewise" 2 mcpm install filesystem allowed-path="$files"
has "with the one that was meant" "did you mean 'allowed-paths'?" "$err"
expect "a word that is no value" 2 mcpm install filesystem "$files"
expect "an unknown template" 4 mcpm install nosuch
same "nothing was defined" "" "$(mcpm list -q)"
expect "a definition can be looked at first" 0 mcpm install filesystem allowed-paths="$files" --dry-run
has "as it would be" "server-filesystem" "$out"
same "and still nothing is defined" "" "$(mcpm list -q)"

# From the template to a call.
cd "$files" || exit 1
expect "a template is installed with a folder relative to here" 0 mcpm install filesystem --name "My Files" allowed-paths=. --start
same "it runs" running "$(field "My Files" status)"
expect "its tools are there" 0 mcpm call "My Files" list_directory path="$files"
has "and do their work" note.txt "$out"
has "the server says where it comes from" '"template": "filesystem"' "$(mcpm show "My Files" -o json)"
expect "the name is taken now" 6 mcpm install filesystem --name "My Files" allowed-paths=.
expect "it goes" 0 mcpm remove "My Files" -f

# Secrets go to the vault and are printed nowhere.
expect "a template with a secret" 0 mcpm install brave-search api-key=planted-Secret-77
has_not "whose definition does not hold it" planted-Secret "$(mcpm show brave-search -o json; mcpm export)"
has "but names it" "brave-search-api-key" "$(mcpm secret list)"
# As after Ctrl-C: the agent went on with the first one.
expect "once more is a conflict" 6 mcpm install brave-search api-key=planted-Secret-77
has "of the server, not of its secret" "mcpm show brave-search" "$err"
expect "it starts" 0 mcpm start brave-search
expect "and lists its tools" 0 mcpm tools list brave-search
has_not "and it stands in no log" planted-Secret "$(cat "$state"/agent.log; mcpm logs brave-search --tail all; mcpm events)"
expect "it goes" 0 mcpm remove brave-search -f
expect "a secret of that name is not overwritten" 6 mcpm install brave-search api-key=another
expect "but may be named" 0 mcpm install brave-search api-key=secret:brave-search-api-key

# Templates of one's own, without a restart.
mkdir -p "$data/custom-templates"
cat >"$data/custom-templates/mine.yaml" <<END
id: mine
name: Mine
description: A template of my own.
category: demo
parameters:
  words: {type: list, required: true, description: what it says}
server:
  command: $fixtures/mcp_everything
  args: ["\${words}"]
END
expect "a template of one's own is there at once" 0 mcpm template show mine
expect "and is installed" 0 mcpm install mine words=a words="b c"
has "with each value as an argument" '"b c"' "$(mcpm show mine -o json)"
# One that is known not to start as it is published.
sed 's/^id: mine/id: gone/; s/^name: Mine/name: Gone/; s/^category: demo/category: demo\nbroken: since 2.0.0 a module of it is gone/' \
    "$data/custom-templates/mine.yaml" >"$data/custom-templates/gone.yaml"
has "it says so where it is shown" "since 2.0.0 a module of it is gone" "$(mcpm template show gone)"
has "and found" "(broken as published)" "$(mcpm template list --category demo --no-trunc)"
expect "it is not installed" 1 mcpm install gone words=a
has "with why" "gone is broken as it is published: since 2.0.0 a module of it is gone" "$err"
has "and what to do" "--force installs it nevertheless" "$err"
has "by the API neither" '"code":"SERVER_START_FAILED"' "$(curl -s --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" -H 'Content-Type: application/json' -d '{"parameters": {"words": "a"}}' http://localhost/api/templates/gone/deploy)"
expect "a definition can be looked at" 0 mcpm install gone words=a --dry-run
expect "who wants it has it" 0 mcpm install gone words=a --force
has "after what would run was printed" "runs: $fixtures/mcp_everything a" "$err"
has "and where it is from" "from your own templates" "$err"
printf 'id: Bad\nname: x\ndescription: y\ncategory: demo\nserver: {comand: z}\n' >"$sandbox/bad.yaml"
expect "a bad one is refused" 1 mcpm template validate "$sandbox/bad.yaml"
has "with line and column" "bad.yaml:1:5: id: expected lower case letters" "$out"

# PyPI: a virtual environment per version, every file locked by its hash.
python3 -m venv --help >/dev/null 2>&1 && timeout 60 python3 -m pip --version >/dev/null 2>&1 || { note "left out: no python3 with venv and pip"; end_sandbox; }
expect "a PyPI template is installed" 0 mcpm install calculator
run mcpm show calculator
has "pinned at its version" "0.2.1" "$out"
has "by the digest of its lock" "sha256:" "$out"
check "every file of it is locked" grep -q -- '--hash=sha256:' "$data"/packages/pypi/mcp-server-calculator/*/requirements.lock
expect "it starts" 0 mcpm start calculator
expect "and calculates" 0 mcpm call calculator calculate expression='6*7'
has "as it should" 42 "$out"
pid=$(field calculator pid)
check "without uvx or pip between" grep -qzF "$packages/pypi/" "/proc/$pid/cmdline"
expect "a package that does not exist" 4 mcpm add nosuch --pypi mcpm-no-such-package-anywhere
expect "a version that does not exist" 4 mcpm add nosuch --pypi mcp-server-calculator==99.0
same "nothing half installed is left" "" "$(ls -A "$packages/pypi" | grep '^\.new' ; ls "$packages/pypi" | grep nosuch)"
expect "a newer version is looked for" 0 mcpm upgrade calculator --check
same "and the names that are not packages are refused" 2 "$(mcpm add evil --pypi -- --index-url >/dev/null 2>&1; echo $?)"
