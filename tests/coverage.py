"""Sums what gcov says of a build with --coverage:   coverage.py BUILD_FOLDER [LEAST]
It fails when less than LEAST % of the lines were run. A line, a function and a branch count once, however many objects and instances
of a template hold them. Branches are those that the source has: a line where nothing is decided has none, and the ways that only an
exception takes are left out. What a coroutine adds to a line that decides cannot be told from it, and counts."""
import collections
import functools
import json
import os
import re
import subprocess
import sys

build = os.path.abspath(sys.argv[1])
least = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
source = os.path.dirname(os.path.dirname(build))
rooms = ("common/", "cli/", "agent/")
kinds = ("lines", "functions", "branches")
decides = re.compile(r"\b(if|while|for|switch)\b|\?|&&|\|\|")


def room_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "agent" and len(parts) > 2 else parts[0]


def objects():
    """Those of our rooms; the tests' own lines are not counted."""
    for folder, _, names in os.walk(build):
        for name in names:
            path = os.path.join(folder, name)
            inside = path.split(".dir/", 1)[-1]
            of_room = inside.startswith(rooms) or "/CMakeFiles/room_" in path
            if name.endswith(".gcno") and of_room:
                yield path


def branches_of(line):
    """gcov names the two ways of a call that may throw as it does those of a condition: they come in pairs, and such a pair is none."""
    ways = line["branches"]
    of_call = {at + side for at, way in enumerate(ways) if way["throw"] for side in (-1, 0)}
    return [way["count"] for at, way in enumerate(ways) if at not in of_call]


def places_of(path, file):
    """What one document says of a file: each line, function and branch by its place, and how often it was run."""
    for function in file["functions"]:
        yield "functions", (function["start_line"], function["start_column"]), function["execution_count"]
    text = text_of(path)
    for line in file["lines"]:
        number = line["line_number"]
        yield "lines", number, line["count"]
        if number <= len(text) and decides.search(text[number - 1]):
            for at, count in enumerate(branches_of(line)):
                yield "branches", (number, at), count


@functools.cache
def text_of(path):
    with open(os.path.join(source, path), encoding="utf-8") as file:
        return file.readlines()


def told_by(batch):
    """gcov writes one JSON document per object, each on its line."""
    told = subprocess.run(
        ["gcov", "--json-format", "--branch-probabilities", "--stdout", *batch], cwd=build, capture_output=True, text=True, check=False
    )
    for document in filter(None, told.stdout.splitlines()):
        document = json.loads(document)
        for file in document["files"]:
            path = os.path.normpath(os.path.join(document["current_working_directory"], file["file"]))
            path = os.path.relpath(path, source)
            if path.startswith(rooms):
                yield path, file


def share(hit, total):
    return 100.0 * hit / total if total else 100.0


class Sums:
    """Of each kind: how many were run, and how many there are."""

    def __init__(self):
        self.hit, self.total = collections.Counter(), collections.Counter()

    def add(self, kind, counts):
        self.hit[kind] += sum(1 for count in counts if count)
        self.total[kind] += len(counts)

    def share(self, kind):
        return share(self.hit[kind], self.total[kind])


def main():
    counts = collections.defaultdict(lambda: {kind: {} for kind in kinds})
    paths = sorted(objects())
    if not paths:
        sys.exit("no instrumented objects in " + build)
    for at in range(0, len(paths), 16):
        for path, file in told_by(paths[at : at + 16]):
            for kind, place, count in places_of(path, file):
                counts[path][kind][place] = max(count, counts[path][kind].get(place, 0))
    by_room, everything, by_file = collections.defaultdict(Sums), Sums(), {}
    for path, of_file in counts.items():
        by_file[path] = Sums()
        for kind in kinds:
            for sums in (by_file[path], by_room[room_of(path)], everything):
                sums.add(kind, of_file[kind].values())
    print("\nworst files")
    not_run = lambda sums: sums.total["lines"] - sums.hit["lines"]
    for path, sums in sorted(by_file.items(), key=lambda item: -not_run(item[1]))[:25]:
        print(f"  {sums.share('lines'):5.1f} %  {not_run(sums):4d} of {sums.total['lines']:4d} lines not run  {path}")
    print("\n" + "".join(f"{kind:>20}" for kind in kinds) + "  room")
    for room, sums in [*sorted(by_room.items()), ("all", everything)]:
        print("".join(f"{sums.share(kind):7.1f} % of {sums.total[kind]:6d}" for kind in kinds) + f"  {room}")
    print(f"\nline coverage: {everything.share('lines'):.1f} % of {everything.total['lines']} lines")
    if everything.share("lines") < least:
        sys.exit(f"that is less than {least:g} %")


main()
