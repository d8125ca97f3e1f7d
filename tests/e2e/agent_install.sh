#!/usr/bin/env bash
# mcpm agent install and uninstall: the units of the user's systemd, beside a systemctl that notes what it is asked.
# The units themselves run under a real systemd in tests/packaging/user_units.sh.
. "${MCPM_SOURCE_DIR:?}/tests/support/sandbox.sh"

mkdir "$sandbox/bin"
cat >"$sandbox/bin/systemctl" <<'S'
#!/bin/sh
echo "$*" >>"$ASKED"
exit "${FAILS:-0}"
S
chmod +x "$sandbox/bin/systemctl"
export ASKED=$sandbox/asked PATH=$sandbox/bin:$PATH
units=$HOME/.config/systemd/user
programs=$(dirname "$(readlink -f "$(command -v mcpmd)")")

expect "a dry run" 0 mcpm agent install --dry-run
has "shows the service" "ExecStart=$programs/mcpmd run" "$out"
check "and writes nothing" test ! -e "$units"
check "nor asks systemd" test ! -e "$ASKED"
expect "an installation" 0 mcpm agent install
check "has the service" grep -qx "ExecStart=$programs/mcpmd run" "$units/mcpmd.service"
check "and the socket" grep -qx 'ListenStream=%t/mcpm/agent.sock' "$units/mcpmd.socket"
same "systemd is told" "$(cat "$ASKED")" "$(printf -- '--user daemon-reload\n--user enable mcpmd.socket mcpmd.service')"
expect "once more is the same" 0 mcpm agent install
if command -v systemd-analyze >/dev/null; then
    run systemd-analyze verify --man=no --user "$units/mcpmd.service"
    has_not "systemd understands it" "mcpmd.service:" "$err"
else
    note "systemd-analyze is not here: the unit was not read by systemd's own parser"
fi
: >"$ASKED"
expect "a removal" 0 mcpm agent uninstall
check "leaves none" test ! -e "$units/mcpmd.service" -a ! -e "$units/mcpmd.socket"
same "and tells systemd" "$(cat "$ASKED")" "$(printf -- '--user disable mcpmd.socket mcpmd.service\n--user daemon-reload')"
expect "there is nothing more to remove" 4 mcpm agent uninstall

note "what is not ours"
mkdir -p "$units" && printf '[Unit]\n' >"$units/mcpmd.service"
expect "a person's unit is not written over" 6 mcpm agent install
expect "nor removed" 6 mcpm agent uninstall
same "and is as it was" "$(cat "$units/mcpmd.service")" "[Unit]"
rm "$units"/*
expect "without systemd the units are there all the same" 0 env FAILS=1 mcpm agent install
has "and what to do is said" "systemctl --user enable --now mcpmd.socket" "$err"
expect "the agent of the machine is the package's" 2 env MCPM_SYSTEM=1 mcpm agent install
there() { ls -ld /var/lib/mcpm /etc/mcpm 2>&1; }
before=$(there)
expect "and nothing but its service starts it" 5 env MCPM_SYSTEM=1 MCPM_RUNTIME_DIR="$sandbox/machine" mcpm add nobody -- /bin/cat
has "which is said" "systemctl start mcpmd" "$err"
same "no folder is made for it" "$before" "$(there)"
