#!/usr/bin/env bash
# A room includes only itself and what stands beside its name here; a library is included only by the rooms behind its wall.
set -uo pipefail
cd "$(dirname "$0")/.."
bad=0
declare -A may=(
    [common]=""
    [cli]="common"
    [agent/keeper]="common"
    [agent/async]="common"
    [agent/disk]="common agent/async"
    [agent/handover]="common"
    [agent/runtime]="common agent/async agent/keeper agent/handover agent/engine agent/metrics"
    [agent/templates]="common"
    [agent/metrics]="common"
    [agent/packages]="common agent/async agent/runtime"
    [agent/logs]="common agent/async agent/handover"
    [agent/store]="common agent/async agent/disk"
    [agent/access]="common agent/async agent/store"
    [agent/feedback]="common agent/store"
    [agent/secrets]="common agent/async agent/store agent/disk"
    [agent/bundle]="common agent/async agent/http agent/engine agent/packages"
    [agent/backup]="common agent/async agent/secrets agent/store"
    [agent/supervisor]="common agent/async agent/handover agent/runtime agent/logs agent/store"
    [agent/launch]="common agent/async agent/runtime agent/packages agent/engine agent/secrets agent/logs agent/store"
    [agent/offers]="common agent/async agent/supervisor agent/mcp agent/store agent/gateway"
    [agent/sharing]="common agent/async agent/gateway agent/offers agent/supervisor agent/mcp agent/outgoing agent/runtime agent/logs agent/store agent/http"
    [agent/watch]="common agent/async agent/supervisor agent/disk"
    [agent/definitions]="common agent/async agent/supervisor agent/health agent/launch agent/packages agent/engine agent/runtime"
    [agent/observe]="common agent/async agent/store agent/metrics agent/supervisor agent/gateway agent/engine agent/outgoing agent/health"
    [agent/errands]="common agent/backup agent/bundle agent/process agent/secrets agent/engine agent/launch"
    [agent/process]="common agent/async agent/disk agent/launch agent/supervisor agent/http agent/runtime agent/metrics"
    [agent/outgoing]="common agent/async"
    [agent/registry]="common agent/async agent/outgoing agent/templates"
    [agent/notify]="common agent/async agent/outgoing"
    [agent/reports]="common agent/async agent/outgoing"
    [agent/traces]="common agent/async agent/metrics agent/outgoing"
    [agent/signals]="common agent/async agent/notify agent/reports agent/traces agent/outgoing agent/supervisor agent/observe agent/metrics agent/logs agent/secrets"
    [agent/crash]="common"
    [agent/mcp]="common agent/async agent/handover agent/outgoing agent/traces"
    [agent/gateway]="common agent/async agent/mcp agent/metrics agent/traces"
    [agent/http]="common agent/async agent/disk"
    [agent/dashboard]=""
    [agent/live]="common agent/async agent/http"
    [agent/engine]="common agent/async agent/http"
    [agent/health]="common agent/async agent/supervisor agent/mcp agent/outgoing agent/packages agent/store agent/runtime agent/metrics"
    [agent/door]="common agent/async agent/access agent/http"
    [agent/front]="common agent/async agent/door agent/gateway agent/mcp agent/http"
    [agent/api]="common agent/offers agent/door agent/front agent/definitions agent/process agent/access agent/async agent/dashboard agent/gateway agent/health agent/http agent/live agent/mcp agent/supervisor agent/packages agent/logs agent/secrets agent/store agent/runtime agent/templates agent/registry agent/metrics agent/feedback agent/observe agent/signals"
)
# The root (agent/*.cpp) builds the rooms, so it includes them all, and the command line, which is `mcpmd ctl`; no room
# includes the root.
for room in "${!may[@]}"; do
    [[ $room == agent/* ]] && may[agent]+=" $room"
done
may[agent]+=" common cli"
room_of() {
    case $1 in
        common/*) echo common ;;
        cli/*) echo cli ;;
        agent/*/*) echo "${1%/*}" ;;
        agent/*) echo agent ;;
    esac
}
while IFS= read -r file; do
    room=$(room_of "$file")
    [ -n "${may[$room]+known}" ] || { echo "$file: no row says what $room may include"; bad=1; continue; }
    while IFS= read -r included; do
        other=$(room_of "$included")
        [ "$other" = "$room" ] && continue
        case " ${may[$room]-} " in
            *" $other "*) ;;
            *) echo "$file includes $included: $room may include only: ${may[$room]-nothing}"; bad=1 ;;
        esac
    done < <(sed -nE 's/^#include "((common|cli|agent)\/[^"]+)".*/\1/p' "$file")
done < <(git ls-files 'common/*.?pp' 'cli/*.?pp' 'agent/*.?pp')

# The root builds, introduces and closes: it has no loop, asks for nothing again and again, and reads no text.
if grep -nE 'for \(;;\)|\bwhile \(|sleep_for|wire::parse\(|::parse\(' agent/*.cpp; then
    echo "agent/*.cpp: a loop or a parser belongs in a room"
    bad=1
fi
files=(agent/*.?pp)
if [ ${#files[@]} -gt 7 ]; then
    echo "agent/: ${#files[@]} files in the root: a new idea has a room"
    bad=1
fi
# How a thing is run knows nothing of what runs it: a container's plan is the container runtime's alone.
if grep -n 'agent/engine/' agent/runtime/runtime.hpp; then
    echo "agent/runtime/runtime.hpp knows nothing of an engine"
    bad=1
fi

# Each room says of itself, at the top of one header, what it is for, what it may include and what it never does.
python3 - <<'PYTHON' || bad=1
import pathlib
import re
import subprocess
import sys

tops = {}
for name in subprocess.run(["git", "ls-files", "agent/*.hpp", "cli/*.hpp", "common/*.hpp"], capture_output=True, text=True, check=True).stdout.split():
    room = str(pathlib.Path(name).parent)
    if not room.startswith(("cli/", "common/")):
        top = re.match(r"(?://[^\n]*\n)*", pathlib.Path(name).read_text()).group()
        tops.setdefault(room, []).append(" ".join(line[2:].strip() for line in top.splitlines()))
bad = False
listed = set(re.findall(r"^((?:agent/)?[a-z]+)/(?:clients/|\s)", pathlib.Path("CONTRIBUTING.md").read_text(), re.M))
small = re.search(r"small things have one home: ([a-z0-9_,\s]+)\n[a-z]+/", pathlib.Path("CONTRIBUTING.md").read_text()).group(1)
for home in re.findall(r"\w+", small):
    if not pathlib.Path(f"common/{home}.hpp").is_file():
        print(f"{home}: on the map in CONTRIBUTING.md, and not in common/")
        bad = True
for room in sorted(set(tops) ^ (listed & set(tops)) | {one for one in listed if not pathlib.Path(one).is_dir()}):
    print(f"{room}: the map in CONTRIBUTING.md and the folders differ")
    bad = True
for room, texts in sorted(tops.items()):
    name = "The root" if room == "agent" else "The room " + room.rpartition("/")[2]
    said = [text for text in texts if re.match(name + r"\b", text)]
    if len(said) != 1 or " may include " not in said[0] or not re.search(r"\b[Ii]t never\b", said[0]):
        print(f'{room}: the comment of its main header begins with "{name}", and says what it may include and what it never does')
        bad = True
sys.exit(bad)
PYTHON
python3 tests/type_names.py || bad=1
python3 tests/sizes.py || bad=1
python3 tests/comments.py || bad=1

# Small things have one home each.
home() { # pattern, its file
    local file
    while IFS= read -r file; do
        [ "$file" = "$2" ] && continue
        echo "$file: $1 has its home in $2"
        bad=1
    done < <(git ls-files 'common/*.?pp' 'cli/*.?pp' 'agent/*.?pp' | xargs -r grep -lE "$1")
}
home 'from_chars\(' common/number.hpp
home 'getrandom\(' common/random.cpp
home '\b(std)?::(is|to)(alnum|alpha|digit|lower|space|upper|xdigit)\(' common/ascii.hpp
home 'find_first_not_of\("0123456789abcdef"' common/encodings.cpp
home 'starts_with\("https?://"\) \|\| .*starts_with\("https?://"\)' common/url.cpp
home 'find_first_not_of\("0123456789"\) [!=]=|\b(all|any|none)_of\([^;]*ascii::is_digit\)' common/ascii.hpp
home '"sha256:"' common/sha256.hpp
home '"/proc/self/exe' common/own_program.cpp
home '\binotify_event event\b' common/inotify_events.hpp
home '"?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\+/"' common/base64.hpp

wall() { # library pattern, rooms
    local pattern=$1 allowed=$2 file
    while IFS= read -r file; do
        case " $allowed " in *" $(room_of "$file") "* | *" $file "*) ;; *) echo "$file includes <$pattern>: only $allowed may"; bad=1 ;; esac
    done < <(git ls-files 'common/*.?pp' 'cli/*.?pp' 'agent/*.?pp' | xargs -r grep -lE "^#include <$pattern" )
}
wall 'boost/beast' 'agent/http'
wall 'sqlite3' 'agent/store'
wall 'sys/inotify' 'agent/disk cli/kernel_word.cpp common/inotify_events.hpp'
wall 'yaml-cpp' 'common/yaml_tree.cpp common/yaml_tree.hpp common/spec_file.cpp common/config_file.cpp'
wall 'CLI/' 'cli'
wall 'curl/' 'agent/outgoing'
wall 'sodium' 'agent/secrets'
wall 're2/' 'common/log_matcher.cpp'
# Under pipefail a reader that goes early fails what writes to it: tests/support/found.sh, and in awk `!found++` in place of `exit`.
while IFS= read -r hit; do echo "$hit: | found PATTERN reads to the end"; bad=1; done < <(
    git grep -nE '\| *grep (-[a-zA-Z]+ )*-[a-zA-Z]*q' -- 'tests/*.sh' 'packaging/*.sh' 'docs/*.sh' ':!tests/support/found.sh' | grep -vE '(expect|inside).* (ba)?sh -c'
    git grep -nE '\| *(awk .*exit *\}|head |sed -n .*q[;} '"'"'])' -- 'packaging/*.sh' 'docs/*.sh')
# An iterator throws where reading fails: a process that has gone (ESRCH), a folder. `text << file.rdbuf()` does not, nor read_proc_file().
while IFS= read -r hit; do echo "$hit: throws where reading fails"; bad=1; done < <(git grep -n 'istreambuf_iterator' -- 'common/*.?pp' 'cli/*.?pp' 'agent/*.?pp')
exit $bad
