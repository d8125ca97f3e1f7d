"""Which sources of one library the presets with MCPM_UNITY compile together: unity.py FOLDER SOURCE…  prints one group's
number a line, in the order of the sources. FOLDER is the top of the tree, whose headers are read.

Files whose headers cost more than their own lines are read once for several. A name that one of them has for itself, in an
unnamed namespace, would clash with another's, so those never share a group; and one that a header has too leaves its file
alone. A file may use any name it likes."""
import os
import re
import sys

FILES_AT_MOST = 8
# What a line at the left margin declares: the first name before a parameter list, a body, a value or the end. A name with
# a scope before it (Server::stop) belongs to a class and clashes with nothing.
DECLARED = re.compile(r"(?<![:\w])([A-Za-z_]\w*)\s*([({=;\[])")
IMPORTED = re.compile(r"using [\w:]*::(\w+);")
OTHER = re.compile(r"\s|[}#/*]|namespace\b|template\b|using namespace\b|static_assert|TEST_CASE|public|private|extern")
QUALIFIERS = {"const", "noexcept", "override"}


class Names:
    """Of a file: what it declares, what of that is in unnamed namespaces, and what is no function, each with its namespace
    (functions of one name are told apart by what they take)."""

    def __init__(self, path):
        self.all, self.private, self.things, self.private_things = set(), set(), set(), set()
        space, unnamed = "", False
        with open(path, encoding="utf-8") as source:
            for line in source:
                if line.startswith("namespace {"):
                    unnamed = True
                elif re.match(r"}\s*// namespace$", line):
                    unnamed = False
                elif found := re.match(r"namespace ([\w:]+) {", line):
                    space = found.group(1)
                elif found := IMPORTED.match(line):
                    self.things.add((space, found.group(1)))
                elif not OTHER.match(line) and (found := DECLARED.search(line)) and found.group(1) not in QUALIFIERS:
                    own = unnamed or line.startswith("static ")
                    self.add(found.group(1), space, own, found.group(2) != "(")

    def add(self, name, space, own, is_thing):
        self.all.add(name)
        if own:
            self.private.add(name)
        if is_thing:
            self.things.add((space, name))
        if own and is_thing:
            self.private_things.add((space, name))


def things_of_headers(top):
    things = set()
    for room in ("common", "cli", "agent", "tests"):
        for folder, _, files in os.walk(os.path.join(top, room)):
            for file in files:
                if file.endswith(".hpp"):
                    things |= Names(os.path.join(folder, file)).things
    return things


def main():
    shared = things_of_headers(sys.argv[1])
    groups = []  # of [number of files, names, private names]
    for path in sys.argv[2:]:
        names = Names(path)
        if names.private_things & shared:
            groups.append((FILES_AT_MOST, set(), set()))
            print(len(groups) - 1)
            continue
        for at, (files, taken, kept) in enumerate(groups):
            if files < FILES_AT_MOST and not kept & names.all and not taken & names.private:
                groups[at] = (files + 1, taken | names.all, kept | names.private)
                break
        else:
            at = len(groups)
            groups.append((1, names.all, names.private))
        print(at)


main()
