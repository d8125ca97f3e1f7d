#!/usr/bin/env python3
"""Files have at most 400 lines, functions of C++ at most 60. A table is data and may be longer: a function that only returns one, and
the files named here."""
import re
import subprocess
import sys

MOST_IN_FILE = 400
MOST_IN_FUNCTION = 60
FOLDERS = ("common", "cli", "agent", "tests", "bench", "packaging", "completions")
SOURCES = (".cpp", ".hpp", ".c", ".h", ".ts", ".tsx", ".py", ".sh", ".cmake")
# What is one table of texts or of shapes.
TABLES = {"agent/dashboard/src/texts.ts", "agent/dashboard/src/api/types.ts"}
WORDS = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<fence>\w*)\(.*?\)(?P=fence)"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z])\'(?:\\.|[^\'\\\n])+\'|[{};]', re.S)
# A bracket of a function stands behind its parameters and what may follow them.
HEAD = re.compile(r"\)\s*(?:const|noexcept|override|final|mutable|&&?|->\s*[\w:<>,&*\s]+|requires[^{};]*|:\s*[^;]*)*\s*$", re.S)
COMMENTS = re.compile(r"\s*(?://[^\n]*\n\s*)*")


def functions_of(source):
    """The first line and the number of lines of each function; what is within a function is a part of it. Not of a function that
    only returns a table."""
    begun = 0  # the text behind the last bracket or semicolon
    around = []  # of each open bracket: whether a function's, where that begins, where its body does
    steps = 0
    for word in WORDS.finditer(source):
        text = word.group()
        if text == "{":
            head = source[begun : word.start()]
            is_function = not any(one[0] for one in around) and bool(HEAD.search(head))
            is_function = is_function and not re.search(r"\b(namespace|struct|class|enum|union)\b[^()]*$", head)
            if is_function:
                steps = 0
            around.append((is_function, begun + COMMENTS.match(head).end(), word.end()))
        elif text == ";":
            steps += 1
        elif text == "}" and around:
            is_function, start, body = around.pop()
            if is_function and not (steps == 1 and re.match(r"\s*return\s*\{", source[body:])):
                yield source.count("\n", 0, start) + 1, source.count("\n", start, word.end()) + 1
        if text in "{};":
            begun = word.end()


def main():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", *FOLDERS], capture_output=True, text=True, check=True)
    found = seen = 0
    for name in listed.stdout.split():
        if not name.endswith(SOURCES) or name in TABLES or name.startswith("tests/fixtures/"):
            continue
        try:
            with open(name, encoding="utf-8") as file:
                source = file.read()
        except FileNotFoundError:
            continue
        lines = source.count("\n")
        if lines > MOST_IN_FILE:
            print(f"{name}: {lines} lines, at most {MOST_IN_FILE}")
            found += 1
        if not name.endswith((".cpp", ".hpp")):
            continue
        for at, length in functions_of(source):
            seen += 1
            if length > MOST_IN_FUNCTION:
                print(f"{name}:{at}: a function of {length} lines, at most {MOST_IN_FUNCTION}")
                found += 1
    if seen < 4000:
        print(f"only {seen} functions were seen: tests/sizes.py cannot read the sources any more")
        found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
