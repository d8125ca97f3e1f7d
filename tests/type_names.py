#!/usr/bin/env python3
"""A type has its name to itself: no struct, class, union or enum of one name in one namespace in two files. Two of them compile,
link, and are then taken for each other by whatever the linker kept (the one-definition rule); no compiler says so."""
import collections
import re
import subprocess
import sys

FOLDERS = ("common", "cli", "agent", "tests/support", "tests/unit", "tests/integration")
# One pass, so that a quote within a character or a bracket within a text is not taken for code.
WORDS = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<fence>\w*)\(.*?\)(?P=fence)"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z])\'(?:\\.|[^\'\\\n])+\''
    r"|\bnamespace\b(?P<space>[\w:\s]*)\{"
    r"|(?P<kind>\b(?:enum\s+(?:class|struct)|enum|struct|class|union))\s+(?:alignas\s*\([^)]*\)\s*|\[\[[^\]]*\]\]\s*)?"
    r"(?P<name>[\w:]+(?:\s*<[^;{}()]*?>)?)\s*(?:final\s*)?(?::(?!:)[^;{}()]*)?\{"
    r"|[{}]",
    re.S,
)


def types_of(source):
    """The full names of the types that other files could meet: none of a nameless namespace, a function or another type."""
    around = []  # what each open bracket belongs to: the name of a namespace, or None
    for word in WORDS.finditer(source):
        text = word.group()
        if text == "}":
            if around:
                around.pop()
        elif word.group("name"):
            if around and None not in around:
                yield "::".join([*around, re.sub(r"\s+", "", word.group("name"))])
            around.append(None)
        elif text == "{":
            around.append(None)
        elif word.group("space") is not None:
            around.append(word.group("space").strip() or None)


def main():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", *FOLDERS], capture_output=True, text=True, check=True)
    homes = collections.defaultdict(set)
    for name in listed.stdout.split():
        if name.endswith((".cpp", ".hpp")):
            try:
                with open(name, encoding="utf-8") as file:
                    source = file.read()
            except FileNotFoundError:
                continue
            for full_name in types_of(source):
                homes[full_name].add(name)
    found = 0
    for full_name, files in sorted(homes.items()):
        ours = [name for name in files if not name.startswith(("tests/unit/", "tests/integration/"))]
        # Programs of tests are many; two of them may have a type each, but not one that the program has too.
        if len(files) < 2 or (not ours and len({name.split("/")[2] for name in files}) > 1):
            continue
        print(f"{full_name} is defined in {', '.join(sorted(files))}: a type needs a name of its own, or a nameless namespace")
        found += 1
    if len(homes) < 500:
        print(f"only {len(homes)} types were seen: tests/type_names.py cannot read the sources any more")
        found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
