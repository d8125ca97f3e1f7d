#!/usr/bin/env python3
"""plots.py PERFORMANCE.md FOLDER [--check]   draws each table of docs/performance.md as FOLDER/performance-NAME.svg.

What is drawn is what stands in the tables, nothing else: each row is one measurement, each mark one program, on a logarithmic
scale of how many times better or worse than ours it is. Ours is the line at 1; to the right of it is worse than ours, for times
and sizes as for rates. With --check nothing is written, and a picture that differs from its table is an error."""
import html
import math
import os
import re
import sys

LABEL, PLOT, RIGHT, ROW, TOP = 330, 430, 24, 26, 66
COLOURS = ["#b4541f", "#7a4fa3", "#2f7d4f", "#a3325b", "#8a6d00", "#4a6572"]
LIMIT, OURS = "#8b93a1", "#1f5fbf"
SHAPES = ["circle", "square", "diamond", "triangle"]


def number_of(cell):
    """121.7 of '121.7 µs', 44540 of '4.454e+04 calls/s', 5854 of '5,854 µs'; None of '–'."""
    found = re.match(r"[\d.,]+(?:e[+-]?\d+)?", cell)
    return float(found.group(0).replace(",", "")) if found else None


def cells_of(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def tables(text):
    """(name, when, programs, [(number, what, {program: times worse than ours})]) of each section that `bench/run --write` keeps."""
    for name, section in re.findall(r"<!-- (\w+) -->\n(.*?)<!-- end \1 -->", text, re.S):
        rows, programs, measured = [], [], next(line for line in section.splitlines() if re.match(r"\d{4}-", line))
        for line in section.splitlines():
            if line.startswith("| # |"):
                header = cells_of(line)
                programs = [cell for cell in header[3:] if not cell.startswith("÷")]
                of_ours = {"its CPU"}  # another figure of ours, nothing to compare with
            elif line.startswith("| ") and programs:
                cells = cells_of(line)
                ours = number_of(cells[2])
                others = {program: number_of(cell) for program, cell in zip(programs, cells[3:])}
                worse = {program: (ours / value if cells[2].endswith("/s") else value / ours) for program, value in others.items() if value and ours and program not in of_ours}
                if worse:
                    rows.append((cells[0], cells[1], worse))
        if rows:
            seen = [program for program in programs if any(program in worse for _, _, worse in rows)]
            yield name, measured, seen, rows


def mark(shape, x, y, colour):
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="{colour}"/>'
    if shape == "square":
        return f'<rect x="{x - 4.5:.1f}" y="{y - 4.5}" width="9" height="9" fill="{colour}"/>'
    if shape == "diamond":
        return f'<path d="M{x:.1f} {y - 6}l6 6-6 6-6-6z" fill="{colour}"/>'
    if shape == "limit":
        return f'<path d="M{x:.1f} {y - 8}v16" stroke="{colour}" stroke-width="3"/>'
    return f'<path d="M{x:.1f} {y - 6}l6 11h-12z" fill="{colour}"/>'


def shortened(text, most):
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def ticks(low, high):
    return [10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1) if low <= 10.0**power <= high]


def picture(name, measured, programs, rows):
    values = [value for _, _, worse in rows for value in worse.values()] + [1.0]
    low, high = min(values) / 1.5, max(values) * 1.5
    place = lambda value: LABEL + PLOT * math.log(value / low) / math.log(high / low)
    style = {program: (LIMIT, "limit") if program == "limit" else (COLOURS[i % len(COLOURS)], SHAPES[i % len(SHAPES)]) for i, program in enumerate(programs)}
    width, height = LABEL + PLOT + RIGHT, TOP + ROW * len(rows) + 48
    bottom = TOP + ROW * len(rows)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif" font-size="12" fill="#1d2330">',
        f"<title>{html.escape(name)}: how many times worse than mcpm</title>",
        f"<desc>{html.escape(measured)}</desc>",
        f'<rect width="{width}" height="{height}" rx="6" fill="#ffffff"/>',
        f'<text x="12" y="24" font-size="15" font-weight="bold">{html.escape(name)}</text>',
    ]
    across = 12
    for program, (colour, shape) in {"mcpm": (OURS, "limit"), **style}.items():
        lines += [mark(shape, across + 6, 45, colour), f'<text x="{across + 17}" y="49">{html.escape(program)}</text>']
        across += 34 + round(7 * len(program))
    for tick in ticks(low, high):
        x = place(tick)
        lines.append(f'<path d="M{x:.1f} {TOP - 4}V{bottom}" stroke="#d9dde5"/><text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle" fill="#5b6475">{tick:g}×</text>')
    lines.append(f'<path d="M{place(1.0):.1f} {TOP - 4}V{bottom}" stroke="{OURS}" stroke-width="2"/>')
    lines.append(f'<text x="{LABEL + PLOT / 2:.0f}" y="{bottom + 38}" text-anchor="middle" fill="#5b6475">← better than mcpm · logarithmic · worse than mcpm →</text>')
    for index, (number, what, worse) in enumerate(rows):
        y = TOP + ROW * index + ROW // 2
        lines.append(f'<text x="12" y="{y + 4}"><tspan font-weight="bold">{html.escape(number)}</tspan> {html.escape(shortened(what.split(" (")[0].replace("`", ""), 46 - len(number)))}</text>')
        for program, value in worse.items():
            colour, shape = style[program]
            said = f"{number}, {program}: {value:.3g}×"
            lines.append(f"<g><title>{html.escape(said)}</title>{mark(shape, place(value), y, colour)}</g>")
    return "\n".join([*lines, "</svg>"]) + "\n"


def main():
    source, folder = sys.argv[1:3]
    with open(source, encoding="utf-8") as file:
        text = file.read()
    made = {f"performance-{name}.svg": picture(name, *rest) for name, *rest in tables(text)}
    if "--check" not in sys.argv:
        os.makedirs(folder, exist_ok=True)
        for name, svg in made.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(svg)
        return
    wrong = [f"docs/performance.md shows no picture {name}" for name in made if name not in text]
    for name, svg in made.items():
        try:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                same = file.read() == svg
        except FileNotFoundError:
            same = False
        if not same:
            wrong.append(f"{name} is not of its table: python3 docs/site/plots.py docs/performance.md docs/images")
    sys.exit("\n".join(wrong) or None)


if __name__ == "__main__":
    main()
