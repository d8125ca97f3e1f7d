"""Sums what gcov says of a build with --coverage: coverage.py BUILD_FOLDER. A line counts once, however many objects hold it."""
import collections
import json
import os
import subprocess
import sys

build = os.path.abspath(sys.argv[1])
source = os.path.dirname(os.path.dirname(build))
rooms = ("common/", "cli/", "agent/")


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


def lines_of(batch):
    """gcov writes one JSON document per object, each on its line."""
    told = subprocess.run(["gcov", "--json-format", "--stdout", *batch], cwd=build, capture_output=True, text=True, check=False)
    for document in filter(None, told.stdout.splitlines()):
        document = json.loads(document)
        for file in document["files"]:
            path = os.path.normpath(os.path.join(document["current_working_directory"], file["file"]))
            path = os.path.relpath(path, source)
            if not path.startswith(rooms):
                continue
            for line in file["lines"]:
                yield path, line["line_number"], line["count"]


def share(hit, total):
    return 100.0 * hit / total if total else 100.0


def main():
    counts = collections.defaultdict(dict)
    paths = sorted(objects())
    if not paths:
        sys.exit("no instrumented objects in " + build)
    for at in range(0, len(paths), 16):
        for path, line, count in lines_of(paths[at : at + 16]):
            counts[path][line] = max(count, counts[path].get(line, 0))
    files = {path: (sum(1 for count in lines.values() if count), len(lines)) for path, lines in counts.items()}
    by_room = collections.defaultdict(lambda: [0, 0])
    for path, (hit, total) in files.items():
        by_room[room_of(path)][0] += hit
        by_room[room_of(path)][1] += total
    print("\nworst files")
    for path, (hit, total) in sorted(files.items(), key=lambda item: item[1][0] - item[1][1])[:25]:
        print(f"  {share(hit, total):5.1f} %  {total - hit:4d} of {total:4d} lines not run  {path}")
    print("\nrooms")
    for room, (hit, total) in sorted(by_room.items()):
        print(f"  {share(hit, total):5.1f} %  {total:5d} lines  {room}")
    hit = sum(hit for hit, _ in files.values())
    total = sum(total for _, total in files.values())
    print(f"\nline coverage: {share(hit, total):.1f} % of {total} lines")


main()
