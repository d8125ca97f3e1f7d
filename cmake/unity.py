"""Writes what MCPM_UNITY compiles in place of a library's sources: unity.py TOP OUT FILES_AT_MOST SOURCE…  prints the files to
compile, one a line: a source that is alone in its group, or OUT/N.cpp, which includes at most FILES_AT_MOST. Includes are relative
to TOP, so that the same commit is the same text in every clone, and a compiler's cache knows it again.

Files whose headers cost more than their own lines are read once for several. A name that one of them has for itself, in an
unnamed namespace, would clash with another's or with a header's: it gets another one, NAME_in_FILE, by a macro around the file,
after all headers were read. Where that cannot be (the file uses the same name as a member too), those never share a group, and
one that a header has too leaves its file alone. A file may use any name it likes."""
import collections
import json
import os
import re
import sys

# What a line at the left margin declares: the first name before a parameter list, a body, a value or the end. A name with
# a scope before it (Server::stop) belongs to a class and clashes with nothing.
DECLARED = re.compile(r"(?<![:~\w])([A-Za-z_]\w*)\s*([({=;\[])")
TYPE = re.compile(r"(?:class|struct|union|enum(?: class)?) ([A-Za-z_]\w*)[^;()]*({)")
ALIAS = re.compile(r"using (?:(?P<name>\w+) = (?P<type>[^;]+)|(?P<path>[\w:]*::(?P<last>\w+)));")
OTHER = re.compile(r"\s|[}#/*]|namespace\b|template\b|using namespace\b|static_assert|TEST_CASE|public|private|extern")
QUALIFIERS = {"const", "noexcept", "override"}


class Names:
    """Of a file: what it declares, what of that is in unnamed namespaces, and what is no function, each with its namespace
    (functions of one name are told apart by what they take). An alias may be declared again with the same type."""

    def __init__(self, path):
        self.all, self.private, self.things, self.private_things, self.aliases = set(), set(), set(), set(), {}
        space, unnamed = "", False
        with open(path, encoding="utf-8") as source:
            for line in source:
                if line.startswith("namespace {"):
                    unnamed = True
                elif re.match(r"}\s*// namespace$", line):
                    unnamed = False
                elif found := re.match(r"namespace ([\w:]+) {", line):
                    space = found.group(1)
                elif found := ALIAS.match(line):
                    name = found["name"] or found["last"]
                    self.things.add((space, name))
                    self.aliases[name] = found["type"] or found["path"]
                    if unnamed and found["name"]:
                        self.private_things.add((space, name))
                elif not OTHER.match(line) and (found := TYPE.match(line) or DECLARED.search(line)) and found[1] not in QUALIFIERS:
                    self.add(found[1], space, unnamed or line.startswith("static "), found[2] != "(")

    def add(self, name, space, own, is_thing):
        self.all.add(name)
        if own:
            self.private.add(name)
        if is_thing:
            self.things.add((space, name))
        if own and is_thing:
            self.private_things.add((space, name))

    def clash_with(self, other):
        aliases = self.aliases.keys() | other.aliases.keys()
        return bool(self.private & other.all or other.private & self.all or aliases & (self.all | other.all)
                    or any(self.aliases[name] != other.aliases[name] for name in self.aliases.keys() & other.aliases.keys()))

    def without(self, gone):
        """What is left when these names of its own have others."""
        for name in gone:
            self.aliases.pop(name, None)
        self.all -= gone
        self.private -= gone
        self.private_things = {thing for thing in self.private_things if thing[1] not in gone}

    def take(self, other):
        self.all |= other.all
        self.private |= other.private
        self.aliases |= other.aliases


def spaces_around(space):
    """A namespace and those around it: a name in it hides theirs."""
    words = space.split("::")
    return ["::".join(words[:count]) for count in range(1, len(words) + 1)]


def things_of_headers(top, kept):
    """Read once for all libraries: `kept` holds them, with the names and times of the headers that they are from."""
    headers = sorted(os.path.join(folder, file) for room in ("common", "cli", "agent", "tests")
                     for folder, _, files in os.walk(os.path.join(top, room)) for file in files if file.endswith(".hpp"))
    state = [[header, os.stat(header).st_mtime_ns] for header in headers]
    try:
        with open(kept, encoding="utf-8") as file:
            known = json.load(file)
        if known["state"] == state:
            return {tuple(thing) for thing in known["things"]}
    except (OSError, ValueError):
        pass
    things = set().union(*(Names(header).things for header in headers))
    os.makedirs(os.path.dirname(kept), exist_ok=True)
    with open(kept, "w", encoding="utf-8") as file:
        json.dump({"state": state, "things": sorted(things)}, file)
    return things


INCLUDE = re.compile(r'#include [<"]')
TEXTS_AND_COMMENTS = re.compile(r'//[^\n]*|"(?:[^"\\\n]|\\.)*"')


def can_be_renamed(text, name):
    """Not where it is a member's or a scope's too, and not where the order of macros and headers matters."""
    return not re.search(r"(?:\.|->|::|using enum)\s*" + name + r"\b|^ *#(?!include)", text, re.M)


def renamed(path, names, taken_elsewhere):
    """The names of a file that get another: those that clash, as far as they can."""
    with open(path, encoding="utf-8") as source:
        text = TEXTS_AND_COMMENTS.sub("", source.read())
    own = {name for name in names.private | {thing[1] for thing in names.private_things} if name in taken_elsewhere}
    return {name for name in own if can_be_renamed(text, name)}


def main():
    shared = things_of_headers(sys.argv[1], os.path.join(os.path.dirname(sys.argv[2]), "headers.json"))
    files_at_most = int(sys.argv[3])
    groups = []  # of (sources, their names)
    alone = []
    all_names = {path: Names(path) for path in sys.argv[4:]}
    used_by = collections.Counter(name for names in all_names.values() for name in names.all | names.aliases.keys())
    of_headers = {name for _, name in shared}
    elsewhere = {name for name, count in used_by.items() if count > 1} | of_headers
    others = {}
    for path, names in all_names.items():
        others[path] = renamed(path, names, elsewhere)
        names.without(others[path])
        if any((space, name) in shared for inner, name in names.private_things for space in spaces_around(inner)):
            alone.append(path)
            continue
        for sources, taken in groups:
            if len(sources) < files_at_most and not taken.clash_with(names):
                sources.append(path)
                taken.take(names)
                break
        else:
            groups.append(([path], names))
    write_units(sys.argv[1], sys.argv[2], alone + [sources[0] for sources, _ in groups if len(sources) == 1],
                [sources for sources, _ in groups if len(sources) > 1], others)


def includes_of(source):
    """Those that hold for every machine: one within `#if` is left where it is."""
    depth = 0
    found = []
    with open(source, encoding="utf-8") as file:
        for line in file:
            if re.match(r" *# *if", line):
                depth += 1
            elif re.match(r" *# *endif", line):
                depth -= 1
            elif depth == 0 and INCLUDE.match(line):
                found.append(line.rstrip("\n"))
    return found


def include(top, source, others):
    """The file, with other names for its own."""
    path = os.path.relpath(source, top)
    suffix = "_in_" + re.sub(r"\W", "_", os.path.splitext(path)[0])
    names = sorted(others)
    return ("".join(f"#define {name} {name}{suffix}\n" for name in names)
            + f'// NOLINTNEXTLINE(bugprone-suspicious-include)\n#include "{path}"\n'
            + "".join(f"#undef {name}\n" for name in names))


def write_units(top, out, alone, groups, others):
    os.makedirs(out, exist_ok=True)
    for source in alone:
        print(source)
    for number, sources in enumerate(groups):
        path = os.path.join(out, f"{number}.cpp")
        headers = []
        if any(others[source] for source in sources):
            headers = dict.fromkeys(line for source in sources for line in includes_of(source))
        text = "".join(line + "\n" for line in headers) + "".join(include(top, source, others[source]) for source in sources)
        if not os.path.exists(path) or open(path, encoding="utf-8").read() != text:
            with open(path, "w", encoding="utf-8") as unit:
                unit.write(text)
        print(path)


main()
