"""What the documents name is there:   documents.py FOLDER

- a link leads to a file, and to a heading of it;
- a file of this repository that is named in the text exists;
- a command line of mcpm, in a block or in the text, has a command and options that docs/cli.md knows;
- a key of config.yaml and a variable MCPM_… is one that docs/config.md knows, or that a program or script here reads.
docs/cli.md and docs/config.md are made of the tables of commands and keys, and are what the others are compared with.
"""

import glob
import itertools
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(sys.argv[1])
pages = [*sorted(root.glob("*.md")), *sorted((root / "docs").glob("*.md"))]
read = lambda path: path.read_text(encoding="utf-8")
problems = []


def lines_of(text):
    """Each line with its number and whether it stands in a block; comments of Markdown are left out."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            inside = not inside
            continue
        yield number, "" if line.startswith("<!--") and "(tests/" not in line else line, inside


def slug(heading):
    """As the site and the forges make an anchor of a heading."""
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.replace("`", "").strip().lower()))


def anchors(path):
    return {slug(line.lstrip("#")) for _, line, inside in lines_of(read(path)) if not inside and re.match(r"#+ ", line)}


def check_link(page, target):
    file, _, anchor = target.partition("#")
    if re.match(r"[a-z]+:", target):
        return None
    path = (page.parent / file) if file else page
    if not path.exists():
        return f"the link {target} leads nowhere"
    if anchor and path.suffix == ".md" and anchor not in anchors(path):
        return f"the link {target} leads to no heading"
    return None


def braces(word):
    """a{b,c}d as a shell takes it."""
    found = re.search(r"\{([^{}]*,[^{}]*)\}", word)
    if not found:
        return [word]
    return list(itertools.chain.from_iterable(braces(word[: found.start()] + one + word[found.end() :]) for one in found[1].split(",")))


def missing_file(word):
    for one in braces(word.rstrip("/.")):
        pattern = re.sub(r"\b(NAME|PRESET|ROOM|X|SET)\b", "*", one)
        if not any(glob.glob(str(root / (pattern + ending))) for ending in ("", ".sh", ".cpp", ".hpp")):
            return f"there is no file {one}"
    return None


def known_commands():
    """Each command with its options, of docs/cli.md; an alias stands in the text below its heading."""
    known, current = {}, None
    for _, line, _ in lines_of(read(root / "docs/cli.md")):
        heading = re.match(r"### `mcpm ([a-z -]+)`", line)
        if heading:
            current = known.setdefault(heading[1], set())
        elif current is not None and line.startswith("| `"):
            current |= set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", line.split("`")[1]))
    return known


commands = known_commands()
everywhere = {"-h", "--help", "--version", "-V", "-o", "--output", "-q", "-v"}


def check_command(line):
    """One command of a line: up to what a shell ends it with, without what stands behind -- or in quotes."""
    line = re.sub(r"'[^']*'|\"[^\"]*\"", "TEXT", line)
    words = re.split(r"\s(?:--\s|#|\||&&|;|>|<)|\s--$|\)|;", line + " ")[0].split()[1:]
    for length in (3, 2, 1):
        name = " ".join(words[:length])
        if name in commands:
            break
    else:
        group = words and any(known.startswith(words[0] + " ") for known in commands) and len(words) == 1
        return f"there is no command in: {line}" if words and not group and re.fullmatch(r"[a-z]+", words[0]) else None
    for word in words[length:]:
        option = re.match(r"(--[a-z][\w-]*|-[a-zA-Z](?![a-z]{3}))", word)  # -restarts is a value
        if option and option[1] not in commands[name] | everywhere:
            return f"mcpm {name} has no option {option[1]}: {line}"
    return None


keys = set(re.findall(r"^\| `([a-z0-9_.]+)` \|", read(root / "docs/config.md"), re.M))
opentelemetry = {"network.transport", "network.protocol.name", "otel.metric.overflow"}  # names of attributes that look like keys
groups = {key.split(".")[0] for key in keys if "." in key}


def read_somewhere(variable):
    folders = ("agent", "cli", "common", "packaging", "cmake", "bench", "tests")
    return subprocess.run(["grep", "-rqw", variable, *folders, "CMakeLists.txt"], cwd=root, check=False).returncode == 0


def check_setting(word):
    """A key or a variable; a group of keys, and a file with a name like a key, are none."""
    if word.startswith("MCPM_"):
        known = {"MCPM_" + key.upper().replace(".", "_") for key in keys}
        return None if word in known or read_somewhere(word) else f"nothing reads the variable {word}"
    if word.split(".")[0] in groups and not word.endswith((".yaml", ".json")) and word not in keys | opentelemetry:
        return f"config.yaml has no key {word}"
    return None


if __name__ == "__main__":
    for page in pages:
        where = page.relative_to(root)
        for number, line, inside in lines_of(read(page)):
            found = []
            if not inside:
                found += [check_link(page, target) for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line))]
            if where.name not in ("CHANGELOG.md",):
                found += [missing_file(word) for word in re.findall(r"(?<![\w/.:$~-])(?:docs|tests|packaging|bench|man|completions|templates|agent|cli|common|cmake)/[\w./{},*-]*[\w}*]", line)]
            if where.name != "CHANGELOG.md":
                # A usage in docs/cli.md is a form: it has words in capitals and brackets.
                spans = [line.strip()] if inside else re.findall(r"`([^`]+)`", line)
                found += [check_command(one) for one in spans if one.startswith("mcpm ")]
                found += [check_setting(word) for word in re.findall(r"(?<![\w$])MCPM_[A-Z0-9_]+[A-Z0-9]\b(?![*…])", line)]
                found += [check_setting(word) for word in re.findall(r"`([a-z]+\.[a-z_.]+)`", line)]
            problems += [f"{where}:{number}: {problem}" for problem in found if problem]
    sys.exit("\n".join(problems) or None)
