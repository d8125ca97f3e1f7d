#!/usr/bin/env bash
# Commands that take the terminal, as jobs of a shell: in the background, stopped, continued, ended.
. "$(dirname "$0")/../support/sandbox.sh"

expect "the agent starts" 0 mcpm agent start
mcpm add web -- /bin/cat >/dev/null
python3 "$MCPM_SOURCE_DIR/tests/support/job_story.py" "$MCPM_BUILD_DIR/mcpm" >"$sandbox/jobs.out" 2>&1
same "jobs of a terminal" 0 $?
[ ! -s "$sandbox/jobs.out" ] || bad "jobs of a terminal: $(cat "$sandbox/jobs.out")"
same "the secret that was asked for twice is there" "shown" "$(mcpm secret list -q)"
mkdir "$sandbox/project" && cd "$sandbox/project" || exit 1
echo one >tools.txt
cp "$MCPM_SOURCE_DIR/tests/support/file_tools.py" server.py
expect "dev in the background of its terminal is ended" 143 env SHELL=/bin/sh script -qec "timeout --preserve-status 5 $MCPM_BUILD_DIR/mcpm dev -- python3 server.py" /dev/null
has "and printed there" "run 1 started" "$out"
same "and its server is removed" "web" "$(mcpm list -q)"
