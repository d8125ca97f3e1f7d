"""Of each file on stdin, one a line: its path and a key that changes when clang-tidy could say something else of it: its text,
that of every file of ours it includes, how it is compiled, and what is given as arguments (checks, versions)."""
import functools
import hashlib
import json
import os
import re
import sys

INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)


@functools.lru_cache(maxsize=None)
def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def behind(path):
    """The file and all of ours that it includes."""
    seen, queue = set(), [path]
    while queue:
        one = queue.pop()
        if one in seen or not os.path.exists(one):
            continue
        seen.add(one)
        queue += INCLUDE.findall(text_of(one))
    return sorted(seen)


def main():
    database, said = sys.argv[1], sys.argv[2:]
    top = os.getcwd()
    commands = {os.path.relpath(entry["file"], top): entry["command"].replace(top, "") for entry in
                json.load(open(os.path.join(database, "compile_commands.json"), encoding="utf-8"))}
    for path in map(str.strip, sys.stdin):
        key = hashlib.sha256("\0".join([commands.get(path, ""), *said]).encode())
        for one in behind(path):
            key.update(f"\0{os.path.basename(one)}\0{text_of(one)}".encode())
        print(path, key.hexdigest()[:32])


main()
