#!/usr/bin/env bash
# Lines that attack a terminal are harmless in every output.
. "$(dirname "$0")/../support/sandbox.sh"

cat >"$sandbox/attack.sh" <<'S'
#!/bin/sh
printf '\033]0;owned\007title\n\033]52;c;ZXZpbA==\007clipboard\n\033[2J\033[1;1Hcursor\n\033[31mred\033[0m\n\302\233 2J c1\n\r overwritten\n\342\200\256bidi\n' >&2
sleep 0.2
S
chmod +x "$sandbox/attack.sh"
mcpm add attack --transport none --restart never -- "$sandbox/attack.sh"
mcpm start attack >/dev/null 2>&1; mcpm wait attack --for stopped --timeout 10s >/dev/null 2>&1
dangerous() { LC_ALL=C grep -cP '[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f]|\x1b(?!\[[0-9;]*m)|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' "$1" || true; }
for form in "" "-t" "-o json" "--format csv"; do
    # shellcheck disable=SC2086
    mcpm logs attack --tail all $form >"$sandbox/shown" 2>&1
    [ "$form" = "--format csv" ] && sed -i 's/\r$//' "$sandbox/shown"  # RFC 4180 ends its records with CRLF
    same "logs $form passes none of it" 0 "$(dangerous "$sandbox/shown")"
    check "but the text" grep -q clipboard "$sandbox/shown"
done
script -qec "env -u NO_COLOR TERM=xterm MCPM_PAGER= mcpm logs attack --tail all" "$sandbox/typescript" >/dev/null 2>&1 </dev/null
sed -i 's/\r$//; 1d; $d' "$sandbox/typescript"
same "nor to a terminal" 0 "$(dangerous "$sandbox/typescript")"
check "colour passes to a terminal" grep -q $'\033\[31m' "$sandbox/typescript"
mcpm why attack >"$sandbox/shown" 2>&1
same "nor in why" 0 "$(dangerous "$sandbox/shown")"
