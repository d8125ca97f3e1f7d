#!/usr/bin/env python3
"""comparison.py DOCS [--check]   puts the figures of docs/performance.md into docs/comparison.md: a row whose name ends in the number of a
row there, as (C3), says per program what that row says. --check writes nothing, and names what would change, cells without a letter of
evidence, and letters that the page does not explain."""

import re
import sys

programs = {"mcpm": "mcpm", "mcp-proxy": "mcp-proxy", "supergateway": "supergateway"}  # first word of a column -> column of the figures


def cells(row):
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def figures(text):
    """Number of a row -> program -> value with its unit."""
    found, head = {}, []
    for line in text.splitlines():
        if line.startswith("| # |"):
            head = cells(line)
        elif line.startswith("| ") and head:
            found[cells(line)[0]] = dict(zip(head, cells(line)))
        elif not line.startswith("|"):
            head = []
    return found


def as_figure(value):
    """"3.523e+04 calls/s" -> "35,230 (m)": the row's name says calls a second; other units stay."""
    number, unit = value.split(" ", 1)
    number = float(number.replace(",", ""))
    whole = f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
    return f"{whole} (m)" if unit == "calls/s" else f"{whole} {unit} (m)"


def renewed(text, known):
    lines, head = text.splitlines(), []
    for at, line in enumerate(lines):
        if line.startswith("| | mcpm"):
            head = cells(line)
        row = re.match(r"\| [^|]*\((C\d+)\) \|", line)
        if row and head:
            values = known[row[1]]
            measured = [values.get(programs.get(name.split(" ")[0], ""), "–") for name in head[1:]]
            lines[at] = "| " + " | ".join([cells(line)[0], *("–" if value == "–" else as_figure(value) for value in measured)]) + " |"
    return "\n".join(lines) + "\n"


def without_evidence(text):
    """Every cell of the comparison that says something names where it was seen; what a letter is stands on the page."""
    table, _, rest = text.partition("\n## ")
    explained = set(re.findall(r"^\| ([a-z]) \|", rest, re.M))
    for line in table.splitlines():
        if not line.startswith("| ") or line.startswith(("| | ", "| version ")):
            continue
        name, *told = cells(line)
        for cell in told:
            letters = re.search(r"\(([a-z](?:, [a-z])*)\)$", cell)
            if cell != "–" and not (letters and set(letters[1].split(", ")) <= explained):
                yield f"{name}: {cell or 'an empty cell'}"


def main():
    folder = sys.argv[1]
    path = folder + "/comparison.md"
    with open(folder + "/performance.md", encoding="utf-8") as file:
        known = figures(file.read())
    with open(path, encoding="utf-8") as file:
        text = file.read()
    wanted = renewed(text, known)
    if "--check" not in sys.argv:
        with open(path, "w", encoding="utf-8") as file:
            file.write(wanted)
        return
    problems = [f"docs/comparison.md: no evidence: {cell}" for cell in without_evidence(text)]
    if not re.search(r"^As of 20\d\d-\d\d\.", text, re.M):
        problems.append("docs/comparison.md does not say of when it is")
    if wanted != text:
        problems.append("docs/comparison.md has other figures than docs/performance.md: python3 docs/site/comparison.py docs")
    sys.exit("\n".join(problems) or None)


main()
