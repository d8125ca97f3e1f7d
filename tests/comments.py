#!/usr/bin/env python3
"""A comment names what it speaks of: none begins with a pronoun ("Its id.", "The same for …", "Likewise"), which only who has read
the lines above could understand. "Those who …" says who, and may."""
import re
import subprocess
import sys

PRONOUN = re.compile(r"(?:Its?|They|Them|Their|Those(?! who\b)|These|That|Both|Neither|None|Likewise|Also|The same|The others|Others|As (?:it|they)|"
                     r"Of (?:it|them))\b")
FIRST = re.compile(r"\s*///?<? +(.*)")


def first_lines(source):
    """The first line of each comment that has lines of its own, with its number."""
    before = ""
    for number, line in enumerate(source, 1):
        found = FIRST.match(line)
        if found and not before.lstrip().startswith("//"):
            yield number, found[1]
        before = line


def main():
    probe = ["/// Its id.", "int id;", "/// The same with more.", "int more;", "// Those who watch are told.", "int watch;"]
    if [number for number, text in first_lines(probe) if PRONOUN.match(text)] != [1, 3]:
        return "tests/comments.py does not find what it looks for"
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "common/*.?pp", "cli/*.?pp", "agent/*.?pp"], capture_output=True, text=True,
                            check=True)
    found = 0
    for name in sorted(set(listed.stdout.split())):
        try:
            with open(name, encoding="utf-8") as file:
                source = file.read().splitlines()
        except FileNotFoundError:
            continue
        for number, text in first_lines(source):
            if PRONOUN.match(text):
                print(f"{name}:{number}: a comment begins with a pronoun: name what it speaks of: {text}")
                found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
