#!/usr/bin/env bash
# No source of ours asks std::filesystem in the form that throws: what a person's files look like (a folder that may not be
# searched, a link to itself, a disk with faults) is an answer, never the end of the program.
set -uo pipefail
cd "$(dirname "$0")/.."
python3 - "$@" <<'PYTHON'
import re
import subprocess
import sys

FILES = sys.argv[1:] or subprocess.run(["git", "ls-files", "agent/*.?pp", "cli/*.?pp", "common/*.?pp"], capture_output=True,
                                       text=True, check=True).stdout.split()
CALLS = ("absolute canonical copy copy_file copy_symlink create_directories create_directory create_directory_symlink create_hard_link "
         "create_symlink current_path equivalent exists file_size hard_link_count is_block_file is_character_file is_directory "
         "is_empty is_fifo is_other is_regular_file is_socket is_symlink last_write_time permissions proximate read_symlink "
         "relative remove remove_all rename resize_file space status symlink_status temp_directory_path weakly_canonical").split()
OF_AN_ENTRY = "is_directory is_fifo is_regular_file is_socket is_symlink file_size last_write_time status symlink_status".split()
found = 0


def without_texts(source):
    source = re.sub(r"//[^\n]*", lambda match: " " * len(match.group()), source)
    return re.sub(r'"(\\.|[^"\\\n])*"', lambda match: '"' + " " * (len(match.group()) - 2) + '"', source)


def arguments(source, at):
    """Those of the call whose bracket opens at `at`."""
    depth, begin, parts = 0, at + 1, []
    for place in range(at, len(source)):
        if source[place] in "([{":
            depth += 1
        elif source[place] in ")]}":
            depth -= 1
        if depth == 0 or (depth == 1 and source[place] == ","):
            parts.append(source[begin:place].strip())
            begin = place + 1
        if depth == 0:
            return parts
    return parts


def say(name, source, at, what):
    global found
    print(f"{name}:{source.count(chr(10), 0, at) + 1}: {what} throws: give it an std::error_code")
    found += 1


for name in FILES:
    source = without_texts(open(name, encoding="utf-8").read())
    codes = set(re.findall(r"\berror_code\s*&?\s*(\w+)\s*[;,)]", source))
    for match in re.finditer(r"\b(?:filesystem|fs)::(%s)\s*\(" % "|".join(CALLS), source):
        last = arguments(source, match.end() - 1)[-1]
        is_of_status = match.group(1) in ("exists", *OF_AN_ENTRY) and re.fullmatch(r"(?:[\w:.>-]*\b(?:symlink_)?status\(.*\)|\w*status)", last, re.S)
        if last not in codes and not is_of_status:
            say(name, source, match.start(), match.group(1))
    for match in re.finditer(r"for \((?:[^;():]|::)*[^:]:\s+(?:\w+::)*(?:recursive_)?directory_iterator\b", source):
        say(name, source, match.start(), "a range-for over a folder")
    for match in re.finditer(r"\bdirectory_iterator(?:\s+\w+)?\s*\(", source):
        if (given := arguments(source, match.end() - 1)) != [""] and given[-1] not in codes:
            say(name, source, match.start(), "directory_iterator")
    for match in re.finditer(r"(?:->|\.)(%s)\(\)" % "|".join(OF_AN_ENTRY), source):
        if "directory_iterator" in source:
            say(name, source, match.start(), match.group(1))
sys.exit(1 if found else 0)
PYTHON
