#!/usr/bin/env bash
# A remote that wants OAuth, reached as docs/remotes.md says: by a bridge from npm that signs in and renews its token, and by the
# token of another program. What mcpm says of such a remote when it has no token for it.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"

mkfifo "$sandbox/hold"
exec 8<>"$sandbox/hold" # the server's standard input: it ends with us
python3 "$MCPM_SOURCE_DIR/tests/support/oauth_server.py" <"$sandbox/hold" >"$sandbox/port" 8>&- &
remote=$!
trap 'kill "$remote" 2>/dev/null; end_sandbox' EXIT
until_true 10 test -s "$sandbox/port"
base=http://127.0.0.1:$(cat "$sandbox/port")
asked() { curl -s "$base/log" | json "d.count('$1')"; }

note "by its URL alone"
expect "it does not start" 1 mcpm add plain --url "$base/mcp" --start
has "which says what is missing" "401" "$err"
expect "why" 0 mcpm why plain
has "has the code" MCPM-E404 "$out"
has "and where to read on" OAuth "$out"

note "with the token that another program has"
printf '#!/bin/sh\nexec cat "%s/token"\n' "$sandbox" >"$sandbox/service" && chmod +x "$sandbox/service"
# As that program signs in: PKCE by hand.
sign_in() {
    local verifier=a-verifier-of-forty-three-characters-or-more-1234 challenge code
    challenge=$(printf %s "$verifier" | python3 -c 'import base64,hashlib,sys; print(base64.urlsafe_b64encode(hashlib.sha256(sys.stdin.buffer.read()).digest()).rstrip(b"=").decode())')
    code=$(curl -s -o /dev/null -w '%{redirect_url}' "$base/authorize?redirect_uri=http://127.0.0.1:9/&code_challenge=$challenge" | sed 's/.*code=//')
    curl -s "$base/token" -d "grant_type=authorization_code&code=$code&code_verifier=$verifier" | json "d['access_token']" >"$sandbox/token"
}
sign_in
expect "the program is asked at the start" 0 mcpm add helped --url "$base/mcp" --header 'Authorization: Bearer ${TOKEN}' --secret TOKEN="cmd:$sandbox/service" --start
expect "a call" 0 mcpm call helped echo message=hello
same "is answered" hello "$out"
for where in "mcpm show helped -o json" "mcpm logs helped" "mcpm why helped" "mcpm export"; do
    has_not "no token in: $where" "$(cat "$sandbox/token")" "$($where 2>&1)"
done
curl -s "$base/expire"
expect "a token that has run out" 3 mcpm call helped echo message=late
has "is named" 401 "$err"
sign_in
# (What a command printed is used again for five minutes; a file is read at each start.)
expect "a file that another program keeps" 0 mcpm update helped --secret TOKEN="file:$sandbox/token"
expect "a restart reads the next one" 0 mcpm restart helped
expect "a call" 0 mcpm call helped echo message=back
same "is answered" back "$out"
mcpm stop helped >/dev/null

note "by a bridge that signs in"
no_registry() {
    if [ "${CI:-}" = true ]; then bad "$1"; else note "$1: no bridge"; fi
    end_sandbox
}
need_new_node >/dev/null 2>&1 || no_registry "there is no Node"
[ -z "${MCPM_TEST_NODE:-}" ] || printf 'PATH=%s:$PATH\n' "$MCPM_TEST_NODE" >"$HOME/.profile"
mcpm agent restart >/dev/null # its servers get that Node
timeout 60 npm view mcp-remote@0.15.1 version >/dev/null 2>&1 || no_registry "the npm registry cannot be reached"
expect "it is added" 0 mcpm add guarded --npm mcp-remote@0.15.1 --start-timeout 10m -- "$base/mcp" --auth-timeout 600
mcpm start guarded >"$sandbox/start" 2>&1 &
starting=$!
link() { mcpm logs guarded 2>/dev/null | grep -o "$base/authorize?[^ ]*" | tail -n 1; }
linked() { [ -n "$(link)" ]; }
check "its log has the link to sign in" until_true 60 linked
same "and it waits" starting "$(field guarded status)"
# The browser of a person who agrees. The bridge prints its link before it listens for who comes back.
expect "the browser comes back to it" 0 curl -fsSL --retry 30 --retry-delay 1 --retry-connrefused -o /dev/null "$(link)"
wait "$starting"
same "it has started" "0 " "$? $(cat "$sandbox/start")"
expect "a call" 0 mcpm call guarded echo message=in
same "is answered" in "$out"
expect "its tools are like any other's" 0 mcpm tools list guarded -q
same "all of them" echo "$out"
signed_in=$(asked authorize)
expect "it starts again" 0 mcpm restart guarded
expect "and answers" 0 mcpm call guarded echo message=again
same "without another sign-in" "$signed_in" "$(asked authorize)"
tokens_of_others() { find "$HOME/.mcp-auth" -type f -name '*token*' -perm /077; }
check "its tokens are where the guide says" test -n "$(find "$HOME/.mcp-auth" -type f -name '*token*')"
same "and no file of them is for others" "" "$(tokens_of_others)"
given=$(asked "token refresh_token given")
curl -s "$base/expire"
renewed() { mcpm call guarded echo message=later >/dev/null 2>&1 && [ "$(asked "token refresh_token given")" -gt "$given" ]; }
check "a token that has run out is renewed" until_true 60 renewed
same "without another sign-in" "$signed_in" "$(asked authorize)"
