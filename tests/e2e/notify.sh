#!/usr/bin/env bash
# Notices: a crash loop, a server that is unhealthy and one that recovers, feedback and its answer, as they reach Slack,
# Discord, a signed webhook, a real mail server (aiosmtpd, with STARTTLS and sign-in) and a desktop; what is refused, what is
# tried again, what is not said twice; and that no secret is in any of it.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"

command -v openssl >/dev/null || skip_all "openssl is not installed"
for package in python3-aiosmtpd python3-attr python3-public python3-typing-extensions; do
    need_unpacked "$package" || skip_all "Debian's package $package cannot be fetched"
    PYTHONPATH=$deb_folder/usr/lib/python3/dist-packages${PYTHONPATH:+:$PYTHONPATH}
done
export PYTHONPATH
receiver=$MCPM_SOURCE_DIR/tests/support/notice_receiver.py
web=$sandbox/web
post=$sandbox/post
helpers=()
begin() { # FILE COMMAND…: in the background, until it has printed its port
    local file=$1
    shift
    "$@" >"$file" 2>"$file.err" </dev/null &
    helpers+=($!)
    until_true 20 test -s "$file" || bad "a receiver starts: $(cat "$file.err")"
}
stop_helpers() { kill "${helpers[@]}" 2>/dev/null; }
trap 'stop_helpers; end_sandbox' EXIT
begin "$sandbox/http.port" python3 "$receiver" http "$web"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$sandbox/key.pem" -out "$sandbox/cert.pem" 2>/dev/null
mail=$(free_port)
begin "$sandbox/smtp.port" /usr/bin/python3 "$receiver" smtp "$post" "$sandbox/cert.pem" "$sandbox/key.pem" robot s3cr3t-Swordfish "$mail"
http=http://127.0.0.1:$(cat "$sandbox/http.port")
mkdir -p "$sandbox/bin" && cat >"$sandbox/bin/notify-send" <<END
#!/bin/sh
printf '%s\n' "\$@" >>"$sandbox/desktop"
END
chmod +x "$sandbox/bin/notify-send"
export PATH=$sandbox/bin:$PATH

received() { cat "$web"/*.json 2>/dev/null; }
count() { ls "$1" 2>/dev/null | grep -c "\\$2\$"; }
sent_to() { # PATH EXPRESSION over `b`, the bodies sent there in order
    python3 -c '
import json, pathlib, sys
files = sorted(pathlib.Path(sys.argv[1]).glob("*.json"), key=lambda f: int(f.stem))
r = [json.loads(f.read_text()) for f in files]
r = [one for one in r if one["path"] == sys.argv[2]]
b = [json.loads(one["body"]) for one in r]
print(eval(sys.argv[3]))' "$web" "$1" "$2" 2>/dev/null
}
came() { [ "$(sent_to "$1" "$2")" = True ]; }

note "set up"
expect "nothing is set up" 0 mcpm notify list
same "and nothing can be tested" 2 "$(mcpm notify test >/dev/null 2>&1; echo $?)"
printf s3cr3t-Swordfish | mcpm secret set mail-password
printf '%s' "$http/slack/T0/B0/s3cr3t-Mackerel" | mcpm secret set slack
mkdir -p "$HOME/.config/mcpm" && cat >"$HOME/.config/mcpm/config.yaml" <<END
notify:
  slack: secret:slack
  discord: $http/discord
  webhook: $http/hook
  webhook_secret: s3cr3t-Herring
  email_server: smtp://localhost:$mail
  email_user: robot
  email_password: secret:mail-password
  email_from: mcpm@example.org
  email_to: [ops@example.org, dev@example.org]
  desktop: on
  group: 300ms
  rules:
    - "slack webhook: severity=warning"
    - "webhook: recovered"
    - "email desktop: crash-loop label=team=ops"
    - "discord email: feedback"
network:
  ca_file: $sandbox/cert.pem
END
has_not "a secret is not shown" Herring "$(mcpm config show notify.webhook_secret)"
expect "another agent" 0 mcpm agent restart
until_true 20 eval 'mcpm notify list -o json 2>/dev/null | found hook'
expect "the channels are listed" 0 mcpm notify list -o json
same "all five" "slack discord webhook email desktop" "$(printf '%s' "$out" | json "' '.join(c['channel'] for c in d['channels'])")"
has_not "without what is secret in them" Mackerel "$out"

note "a test"
expect "all are tested" 0 mcpm notify test
check "Slack got it" came /slack/T0/B0/s3cr3t-Mackerel 'b[0]["text"] == "this is a test"'
check "Discord got it" came /discord 'b[0]["embeds"][0]["title"] == "this is a test"'
check "the webhook's is signed" python3 - "$web" <<'END'
import hashlib, hmac, json, pathlib, sys
sent = [json.loads(f.read_text()) for f in pathlib.Path(sys.argv[1]).glob("*.json")]
one = next(r for r in sent if r["path"] == "/hook")
text = (one["headers"]["x-mcpm-timestamp"] + "." + one["body"]).encode()
assert one["headers"]["x-mcpm-signature-256"] == "sha256=" + hmac.new(b"s3cr3t-Herring", text, hashlib.sha256).hexdigest()
END
same "the letter came over TLS, to both" "True ops@example.org,dev@example.org" "$(python3 -c '
import email, email.policy, sys
m = email.message_from_file(open(sys.argv[1]), policy=email.policy.default)
print(m["X-Tls"], m["X-To"])' "$post/0.eml")"
has "the desktop shows it" "this is a test" "$(cat "$sandbox/desktop")"
expect "one alone" 0 mcpm notify test email
expect "one that is none" 2 mcpm notify test pager

note "a crash loop"
expect "a server of the team" 0 mcpm add loops --transport none --restart always -l team=ops -- "$fixtures/crasher"
mcpm start loops >/dev/null 2>&1
check "the webhook is told" until_true 60 came /hook 'any(n["kind"] == "crash-loop" and n["server"]["name"] == "loops" for one in b for n in one["notices"])'
check "Slack too" until_true 10 came /slack/T0/B0/s3cr3t-Mackerel 'any("loops is in a crash loop" in one["text"] for one in b)'
check "a letter too" until_true 10 eval '[ "$(count "$post" .eml)" -ge 3 ]'
has "with the server's name" "loops is in a crash loop" "$(cat "$post/2.eml")"
check "the desktop too" until_true 10 grep -q 'loops is in a crash loop' "$sandbox/desktop"
same "Discord is not, by its rule" 1 "$(sent_to /discord 'len(b)')"
mcpm stop loops >/dev/null 2>&1
mcpm update loops -- sleep 1000 >/dev/null
expect "it runs again" 0 mcpm start loops
check "and that is told" until_true 20 came /hook 'any(n["kind"] == "recovered" for one in b for n in one["notices"])'

note "health"
touch "$sandbox/well"
expect "a server that is well" 0 mcpm add sick --transport none --health "command:/usr/bin/test -e $sandbox/well" --health-interval 200ms --start -- sleep 1000
rm "$sandbox/well"
check "one that is not is told" until_true 30 came /hook 'any(n["kind"] == "unhealthy" and n["server"]["name"] == "sick" for one in b for n in one["notices"])'
touch "$sandbox/well"
check "and that it is well again" until_true 30 came /hook 'any(n["title"] == "sick is healthy again" for one in b for n in one["notices"])'

note "feedback"
expect "a bug" 0 mcpm feedback send 'It hangs' -t bug --email me@example.org -d 'Since yesterday.'
bug=$out
check "the team is told" until_true 10 came /discord 'len(b) == 2 and "It hangs" in b[1]["embeds"][0]["description"]'
check "by mail as well" until_true 10 eval '[ "$(count "$post" .eml)" -ge 4 ]'
expect "praise is nobody's alarm" 0 mcpm feedback send 'Fine' -r 5
expect "an answer" 0 mcpm feedback reply "$bug" 'Mended.' --status resolved
check "its sender is told" until_true 10 grep -q 'X-To: me@example.org' "$post/4.eml"
has "by a letter with the answer" "Mended." "$(python3 -c '
import email, email.policy, sys
print(email.message_from_file(open(sys.argv[1]), policy=email.policy.default).get_content())' "$post/4.eml" 2>&1)"
same "and no other" 2 "$(sent_to /discord 'len(b)')"
expect "one to whom nothing can be sent" 0 mcpm feedback send 'Bad' --email nobody@example.org
expect "is answered all the same" 0 mcpm feedback reply "$out" 'x'
failed() { mcpm notify list -o json | json "sum(c['failed'] for c in d['channels'] if c['channel'] == '$1')"; }
check "and counted as failed" until_true 20 eval '[ "$(failed email)" = 1 ]'

note "what is tried again, and what is not"
printf '429 Retry-After=1\n500\n' >"$web/answer_discord"
expect "a bug" 0 mcpm feedback send 'Another' -r 1
check "a refusal that passes is tried again" until_true 30 came /discord 'len(b) == 5'
same "until it is taken" "429 500 200" "$(sent_to /discord '" ".join(str(one["status"]) for one in r[-3:])')"
printf '404\n' >"$web/answer_discord"
expect "a bug" 0 mcpm feedback send 'A third' -r 1
check "one that stays is given up" until_true 20 eval '[ "$(failed discord)" = 1 ]'
has "and said" "it answered 404" "$(mcpm notify list -o json)"
has "and counted" 'mcpm_notify_failed_total{channel="discord"} 1' "$(curl -s --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" http://x/metrics)"

note "what waits when the agent ends"
yes '503 Retry-After=3600' | head -n 20 >"$web/answer_discord"
expect "a bug" 0 mcpm feedback send 'Kept for later' -r 1
waiting() { mcpm notify list -o json | json "sum(c['waiting'] for c in d['channels'] if c['channel'] == 'discord')"; }
check "a channel that is away has it wait" until_true 20 eval 'sent_to /discord "r[-1][\"status\"]" | found -x 503 && [ "$(waiting)" -ge 1 ]'
expect "another agent" 0 mcpm agent restart
until_true 20 eval 'mcpm agent status >/dev/null 2>&1'
has "the log says that it waits" "1 notices by discord wait for the next agent" "$(cat "$state/agent.log")"
: >"$web/answer_discord"
check "is told by the next" until_true 40 came /discord '"Kept for later" in str(b[-1]) and r[-1]["status"] == 200'
same "and the file is gone" "" "$(ls "$state/notices.json" 2>/dev/null)"

note "quiet hours, and a disk that is short"
sed -i "s/^  group: .*/&\n  quiet_hours: $(date -d '-1 hour' +%H:%M)-$(date -d '+1 hour' +%H:%M)\n  disk_free: 1000TiB/" "$HOME/.config/mcpm/config.yaml"
: >"$sandbox/well"
expect "another agent" 0 mcpm agent restart
until_true 20 eval 'mcpm agent status >/dev/null 2>&1'
check "what is critical is told" until_true 30 came /hook 'any(n["kind"] == "disk-short" and n["severity"] == "critical" for one in b for n in one["notices"])'
told=$(sent_to /hook 'sum(n["kind"] == "unhealthy" for one in b for n in one["notices"])')
expect "the server is well" 0 mcpm wait sick --for healthy --timeout 30s
rm -f "$sandbox/well"
check "what is not waits" until_true 30 eval '[ "$(mcpm notify list -o json | json "sum(c[\"waiting\"] for c in d[\"channels\"] if c[\"channel\"] == \"webhook\")")" -ge 1 ]'
same "and is not told" "$told" "$(sent_to /hook 'sum(n["kind"] == "unhealthy" for one in b for n in one["notices"])')"

note "what is sent is what docs/exports.md says"
documented() { python3 "$MCPM_SOURCE_DIR/tests/support/documented_fields.py" "$MCPM_SOURCE_DIR/docs/exports.md" "What is sent"; }
keys() { # PATH: names of all members of what was sent there; a server's labels are its own
    sent_to "$1" '" ".join(sorted((lambda walk: walk(walk, b))(lambda walk, x: {k for one in x for k in walk(walk, one)} if isinstance(x, list) else {k for k in x} | {k for name, one in x.items() if name != "labels" for k in walk(walk, one)} if isinstance(x, dict) else set())))'
}
for place in /slack/T0/B0/s3cr3t-Mackerel /discord /hook; do
    check "something was sent to $place" test -n "$(keys "$place")"
    same "no member of it is missing there" "" "$(keys "$place" | documented)"
done
heads=$(python3 -c '
import email, sys
print(" ".join(sorted({key for file in sys.argv[1:] for key in email.message_from_file(open(file)).keys() if not key.startswith("X-")})))' "$post"/*.eml)
has "letters have heads" Message-ID "$heads"
same "none of a letter's" "" "$(printf %s "$heads" | documented)"

note "secrets"
for secret in Swordfish Herring; do
    has_not "$secret is in nothing that was sent" "$secret" "$(received)$(for f in "$post"/*.eml; do python3 -c '
import email, email.policy, sys
m = email.message_from_file(open(sys.argv[1]), policy=email.policy.default); print(m, m.get_content())' "$f"; done)"
    has_not "nor in the log" "$secret" "$(cat "$state/agent.log")"
done
