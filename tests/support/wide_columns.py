"""Reads a table on standard input; prints each line in which the second column does not begin where its heading does."""

import re
import sys
import unicodedata


def columns(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


lines = [line.rstrip("\n") for line in sys.stdin]
begin = columns(re.match(r"\S+\s+", lines[0]).group())
for line in lines[1:]:
    found = re.match(r"\S+\s+", line)
    if not found or columns(found.group()) != begin:
        print(line)
