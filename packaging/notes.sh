#!/usr/bin/env bash
# Prints the notes of the release that is checked out, from the subjects of its commits since the tag before: what was added,
# mended, made faster; what breaks comes first.  packaging/notes.sh [FROM]   FROM: a tag or commit; default: the last tag
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
git=(git -c safe.directory="$here" -C "$here")
from=${1:-$("${git[@]}" describe --tags --abbrev=0 HEAD^ 2>/dev/null || true)}
range=HEAD
[ -z "$from" ] || range=$from..HEAD
"${git[@]}" log --no-merges --format='%s%x09%h' "$range" | awk -F '\t' '
    function put(kind, text) { rows[kind] = rows[kind] "- " text " (" $2 ")\n" }
    match($1, /^[a-z]+(\([^)]*\))?!?: /) {
        head = substr($1, 1, RLENGTH - 2); text = substr($1, RLENGTH + 1)
        kind = head; sub(/[(!].*/, "", kind)
        scope = head; if (!sub(/^[a-z]+\(/, "", scope)) scope = ""; sub(/\).*/, "", scope)
        if (scope != "") text = "**" scope "**: " text
        if (head ~ /!$/) put("breaks", text); else put(kind, text)
    }
    function say(kind, title) { if (rows[kind] != "") printf "## %s\n\n%s\n", title, rows[kind] }
    END { say("breaks", "What you must change"); say("feat", "New"); say("fix", "Mended"); say("perf", "Faster or smaller"); say("docs", "Documentation") }'
