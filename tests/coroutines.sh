#!/usr/bin/env bash
# The traps of g++ 12 with co_await, as CONTRIBUTING.md states them: each form is compiled and run, so that the statement is
# neither too wide nor too narrow; and no source of ours uses a bad one.
set -uo pipefail
cd "$(dirname "$0")/.."
compiler=${CXX:-g++}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

good="temporary braces_of_a_class made_by_constructor made_by_function moved named_aggregate named_lambda captured_reference
      default_by_constructor arms_of_names returned awaited_in_an_arm condition_with_init condition_beside_a_local"
bad="aggregate_in_place braces_of_aggregate captured_value arms_of_temporaries arm_converted
     default_in_braces bare_condition bare_loop"
"$compiler" -std=c++20 -O0 -w tests/coroutines/traps.cpp -o "$folder/traps" || exit 1
for form in $good $bad; do
    case " $good " in *[[:space:]]"$form"[[:space:]]*) expected=good ;; *) expected=bad ;; esac
    said=$("$folder/traps" "$form" 2>/dev/null) || said=bad
    [ "$said" = "$expected" ] && continue
    # Another compiler may be better than the one that the rules are for, never worse.
    [ "$said" = good ] && [ "$("$compiler" -dumpversion)" != 12 ] && continue
    echo "$form: $said, and CONTRIBUTING.md has it as $expected"
    failed=1
done

python3 - <<'PYTHON' || failed=1
import re
import subprocess
import sys

FILES = subprocess.run(["git", "ls-files", "agent/*.?pp", "tests/*.?pp", "bench/*.?pp"], capture_output=True, text=True).stdout
found = 0


def without_texts(source):
    source = re.sub(r"//[^\n]*", lambda match: " " * len(match.group()), source)
    return re.sub(r'"(\\.|[^"\\\n])*"', lambda match: '"' + " " * (len(match.group()) - 2) + '"', source)


def operand(source, at):
    """What is awaited, up to the end of the statement, the argument or the bracket around it."""
    depth = 0
    for place in range(at, len(source)):
        if source[place] in "([{":
            depth += 1
        elif source[place] in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and source[place] in ";,"):
            return source[at:place]
    return source[at:]


# A class of the standard library is made by its constructor, from braces too.
DECLARED = re.compile(r"\bTask<[^;{}()]*>\s+[\w:]+\([^;{}()]*?[\s(](?!std::)[\w:<>]+\s+\w+\s*=\s*\{")



def danger_in(text):
    """What the compiler gets wrong in the expression of a co_await."""
    why = None
    for captures in re.findall(r"[(,=]\s*\[([^\]]*)\]\s*[({m]", text):
        if any(not one.strip().startswith("&") and one.strip() != "this" for one in captures.split(",") if one.strip()):
            why = "a lambda that captures a value"
    if re.search(r"[\w>]\s*\{\s*[^}\s]|[(,]\s*\{", re.sub(r"\[[^\]]*\]\s*(\([^)]*\))?[^{;]*\{.*\}", "", text, flags=re.S)):
        why = "braces"
    arms = re.search(r"\?([^:]*):(.*)", text.replace("::", "__"), flags=re.S)
    texts = [arm.strip().startswith('"') for arm in arms.groups()] if arms else []
    if arms and (any(re.search(r"[({]|\bstd__nullopt", arm) for arm in arms.groups()) or len(set(texts)) == 2):
        why = "a choice between temporaries"
    return why


# A task that has a name only to be awaited in the next statement.
NAMED = re.compile(r"\bauto (\w+) =([^;=][^;]*);\s*[^;{}]*?\bco_await std::move\(\1\)")

for name in FILES.split():
    if name == "tests/coroutines/traps.cpp":
        continue
    source = without_texts(open(name, encoding="utf-8").read())
    for match in DECLARED.finditer(source):
        line = source.count("\n", 0, match.end()) + 1
        print(f"{name}:{line}: a default argument in braces of what is awaited: `Type()` (CONTRIBUTING.md, traps of g++ 12)")
        found += 1
    for match in re.finditer(r"\bco_await\b", source):
        text = operand(source, match.end())
        why = danger_in(text)
        heads = list(re.finditer(r"\b(if|while|switch) \(", source[max(0, match.start() - 200) : match.start()]))
        end = match.end() + len(text)
        if heads and source[end : end + 1] == ")":  # an init-statement would end with ';'
            between = source[max(0, match.start() - 200) : match.start()][heads[-1].end() :]
            if between.count("(") >= between.count(")") and not re.search(r"[;{}]", between):
                why = "a condition without an init-statement"
        if why:
            line = source.count("\n", 0, match.start()) + 1
            print(f"{name}:{line}: {why} with co_await: name it first (CONTRIBUTING.md, traps of g++ 12)")
            found += 1
    for match in NAMED.finditer(source):
        if not danger_in(match[2]):
            line = source.count("\n", 0, match.start()) + 1
            print(f"{name}:{line}: {match[1]} needs no name to be awaited (CONTRIBUTING.md, traps of g++ 12)")
            found += 1
sys.exit(1 if found else 0)
PYTHON
exit $failed
