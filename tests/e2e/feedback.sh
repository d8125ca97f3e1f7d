#!/usr/bin/env bash
# Feedback: sent, listed, answered, counted; by command and by API; kept over a restart of the agent.
. "$(dirname "$0")/../support/sandbox.sh"

api() { # METHOD PATH [BODY]
    curl -s --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" -X "$1" ${3:+-H 'Content-Type: application/json' -d "$3"} "http://x/api$2"
}

note "sending"
expect "feedback with a rating" 0 mcpm feedback send 'logs -f is great' -r 5
first=$out
has "its id is printed" fb_ "$first"
expect "a bug whose text comes from standard input" 0 bash -c 'echo "It hangs at start." | mcpm feedback send "web hangs" -t bug -d - --email me@example.org'
bug=$out
expect "a rating that is none" 2 mcpm feedback send x -r 9
expect "a text that is empty" 2 bash -c 'mcpm feedback send x -d - </dev/null'
expect "a text that is no UTF-8" 2 mcpm feedback send $'\xff'
expect "a type that is none" 2 mcpm feedback send x -t praise
for body in '{"description":"x"}' '{"title":"x","description":"x","rating":7}' '{"title":"x","description":"x","email":"nobody"}' '{"title":"x","description":"x","type":"praise"}'; do
    has "refused: $body" VALIDATION_ERROR "$(api POST /feedback "$body")"
done
has "the field is named" "title: is required" "$(api POST /feedback '{"description":"x"}')"
has "each of them" "rating: a whole number from 1 to 5" "$(api POST /feedback '{"description":"x","rating":7}')"
has "a field nobody knows" "unknown field 'stars'" "$(api POST /feedback '{"title":"x","description":"x","stars":1}')"
answer=$(api POST /feedback '{"title":"<script>alert(1)</script>","description":"d","rating":2,"page":"/servers","type":"feature"}')
same "what the program knows is kept" "/servers 0.1.0 True" "$(printf '%s' "$answer" | json "d['data']['page'] + ' ' + d['data']['version'] + ' ' + str('curl' in d['data']['userAgent'])")"

note "listing"
expect "the list" 0 mcpm feedback list
has "has the newest first" "<script>alert(1)</script>" "$(printf '%s\n' "$out" | sed -n 2p)"
same "of one type" "$bug" "$(mcpm feedback list -t bug -o json | json "' '.join(f['id'] for f in d)")"
same "limited" 1 "$(api GET '/feedback?limit=1' | json "len(d['data'])")"
has "a filter that is none" VALIDATION_ERROR "$(api GET '/feedback?rating=9')"

note "answering"
expect "an answer" 0 mcpm feedback reply "$bug" 'Mended.' --status resolved
has "without mail nobody is told, and that is said" "mail is not set up" "$err"
same "it is there" "Mended. resolved True True" "$(mcpm feedback list -t bug -o json | json "d[0]['response'] + ' ' + d[0]['status'] + ' ' + str('respondedAt' in d[0]) + ' ' + str('resolvedAt' in d[0])")"
expect "a status alone" 0 mcpm feedback reply "$first" --status closed
expect "feedback that is not there" 4 mcpm feedback reply fb_nothere 'x'
has "by its code" '"code":"FEEDBACK_NOT_FOUND"' "$(api PATCH /feedback/fb_nothere '{"response":"x"}')"
has "an answer that says nothing" "VALIDATION_ERROR" "$(api PATCH "/feedback/$bug" '{}')"
has "a status that is none" "status: open, in-progress, resolved or closed is expected" "$(api PATCH "/feedback/$bug" '{"status":"done"}')"

note "figures"
expect "figures" 0 mcpm feedback stats -o json
same "they count" "3 1 2 3.5 1" "$(printf '%s' "$out" | json "' '.join(str(x) for x in [d['total'], d['byType']['bug'], d['resolutionTime']['resolved'], d['averageRating'], d['byRating']['2']])")"
same "how many were answered" 33 "$(printf '%s' "$out" | json "int(d['responseRate'])")"
expect "for people" 0 mcpm feedback stats
has "with the average" "3.5" "$out"
has "an event says so" "feedback (bug): web hangs" "$(mcpm events)"

note "an agent that comes after"
expect "another agent" 0 mcpm agent restart
until_true 20 eval 'mcpm feedback list -q >/dev/null 2>&1'
same "it is all there" 3 "$(mcpm feedback list -o json | json 'len(d)')"
