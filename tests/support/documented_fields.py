"""Whether fields that are sent are those that a page of docs/ names.

documented_fields.py FILE HEADING        the names on standard input that are not in backticks under that heading
documented_fields.py --unsent FILE HEADING NAME…   the other way round: what is in backticks in the first columns of the
                                         tables under the heading and is not on standard input; NAME… may be missing

A name is a word of letters, digits, "_", "-" and ".": `{"kind", "server": {"id"}}` names kind, server and id.
"""
import pathlib
import re
import sys


def section(file, heading):
    text, level = [], 0
    for line in pathlib.Path(file).read_text().splitlines():
        marks = re.match(r"(#+) (.*)", line)
        if marks and level and len(marks[1]) <= level:
            break
        if marks and marks[2] == heading:
            level = len(marks[1])
        if level:
            text.append(line)
    if not text:
        sys.exit(f"{file} has no heading {heading!r}")
    return text


def names(lines):
    return {name for line in lines for code in re.findall(r"`([^`]+)`", line) for name in re.findall(r"[A-Za-z_][\w.-]*\w|[A-Za-z]", code)}


def parts(name):
    """A path of members, `contexts.os.name`, has each of them."""
    return {name, *name.split(".")}


sent = set(sys.stdin.read().split())
if sys.argv[1] == "--unsent":
    first = [row.split("|")[1] for row in section(*sys.argv[2:4]) if row.startswith("|")]
    print(" ".join(sorted(names(first) - sent - set(sys.argv[4:]))))
else:
    print(" ".join(sorted(sent - {part for name in names(section(*sys.argv[1:3])) for part in parts(name)})))
