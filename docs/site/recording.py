#!/usr/bin/env python3
"""recording.py COMMANDS OUT.svg [COLUMNS]   types each line of COMMANDS into a real shell and draws what the terminal showed.

The shell runs in a terminal of our own, in the environment that is given; nothing is written by hand but the commands. What a command
takes is shortened to LONGEST seconds, all else has the time it took. The picture plays by itself and again; who wants no motion, and whoever
cannot play it, sees its last screen. The terminal is as high as what was shown: nothing scrolls away."""
import fcntl
import html
import os
import pty
import re
import select
import struct
import sys
import termios
import time

ROWS, LONGEST, TYPING, READING, PATIENCE = 200, 2.5, 0.05, 1.6, 300
PROMPT = b"\x1b]133;A\x07"
WIDTH, HEIGHT, MARGIN = 8.4, 18, 14
COLOURS = ["#4b5563", "#f87171", "#86d69b", "#f2c66d", "#8ab4f8", "#d7a6f0", "#7fd6d6", "#e5e9f0"]
TEXT, BACKGROUND, DIM = "#d8dee9", "#10141b", "#8b93a1"


class Screen:
    """What a terminal shows: cells of (character, style). Understands what shells and mcpm write, and refuses anything else."""

    def __init__(self, columns):
        self.columns, self.rows, self.row, self.column, self.style = columns, [[]], 0, 0, ""

    def write(self, text):
        for control, character in re.findall(r"(\x1b\][^\x07]*\x07|\x1b\[[?>]?[\d;]*[A-Za-z]|\x1b[=>])|(.)", text, re.S):
            if control:
                self.obey(control)
            else:
                self.put(character)

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.go_down()
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character >= " ":
            if self.column == self.columns:
                self.go_down()
                self.column = 0
            line = self.rows[self.row]
            line.extend([(" ", "")] * (self.column + 1 - len(line)))
            line[self.column] = (character, self.style)
            self.column += 1

    def go_down(self):
        self.row += 1
        if self.row == len(self.rows):
            self.rows.append([])
        if self.row >= ROWS:
            sys.exit("recording.py: more was shown than fits into one picture")

    def obey(self, control):
        if control.startswith("\x1b[") and control[2] not in "?>":
            numbers, what = [int(number or 0) for number in control[2:-1].split(";")], control[-1]
            if what == "m":
                self.paint(numbers)
            elif what == "K":
                del self.rows[self.row][self.column if numbers[0] == 0 else 0 :]
            elif what == "J" and numbers[0] == 0:
                del self.rows[self.row][self.column :]
                del self.rows[self.row + 1 :]
            elif what == "A":
                self.row = max(0, self.row - max(1, numbers[0]))
            elif what == "C":
                self.column += max(1, numbers[0])
            elif what == "G":
                self.column = max(1, numbers[0]) - 1
            else:
                sys.exit(f"recording.py: the terminal does not know {control!r}")

    def paint(self, numbers):
        for number in numbers:
            if number == 0:
                self.style = ""
            elif number == 1:
                self.style += ' font-weight="bold"'
            elif number == 2:
                self.style += f' fill="{DIM}"'
            elif 30 <= number <= 37 or 90 <= number <= 97:
                self.style = re.sub(' fill="[^"]*"', "", self.style) + f' fill="{COLOURS[number % 10]}"'

    def taken(self):
        return [list(line) for line in self.rows]


class Shell:
    """bash in a terminal: what it shows, and when."""

    def __init__(self, columns):
        child, self.master = pty.fork()
        if child == 0:
            os.environ.update(PS1="\\[\\e]133;A\\a\\e[1;32m\\]$\\[\\e[0m\\] ", TERM="xterm-256color", INPUTRC="/dev/null")
            os.execvp("bash", ["bash", "--norc", "--noprofile", "--noediting", "-i"])
        self.child, self.began, self.shown = child, time.monotonic(), []
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))

    def read(self, seconds):
        if not select.select([self.master], [], [], seconds)[0]:
            return b""
        got = os.read(self.master, 65536)
        self.shown.append((self.now(), got))
        return got

    def until_prompt(self):
        seen, end = b"", time.monotonic() + PATIENCE
        while PROMPT not in seen or not seen.endswith(b" "):
            if time.monotonic() > end:
                sys.exit(f"recording.py: no prompt after {PATIENCE} s: {seen[-300:]!r}")
            seen += self.read(0.5)

    def type(self, text):
        for character in text:
            os.write(self.master, character.encode())
            end = time.monotonic() + TYPING
            while (left := end - time.monotonic()) > 0:
                self.read(left)

    def now(self):
        return time.monotonic() - self.began

    def close(self):
        os.write(self.master, b"exit\n")
        os.waitpid(self.child, 0)
        os.close(self.master)


def played(commands, columns):
    """[(time, bytes)] of a shell that was given the commands, one after another, each shortened and with time to read what it said."""
    shell, at, shown = Shell(columns), 0.0, []

    def take(seconds_at_most):
        nonlocal at
        begun, took = (shell.shown[0][0], shell.now() - shell.shown[0][0]) if shell.shown else (0.0, 0.0)
        scale = min(1.0, seconds_at_most / took) if took else 1.0
        shown.extend((at + (when - begun) * scale, data) for when, data in shell.shown)
        at += took * scale
        shell.shown = []

    shell.until_prompt()
    take(0.0)
    for command in commands:
        shell.type(command)
        take(60.0)
        os.write(shell.master, b"\n")
        shell.until_prompt()
        take(LONGEST)
        at += READING
    shell.close()
    return shown


def screens(shown, columns):
    """[(time, rows)]; what is shown within a tenth of a second is one screen."""
    screen, found = Screen(columns), []
    for at, data in shown:
        screen.write(data.decode("utf-8", "replace"))
        if found and at - found[-1][0] < 0.1:
            at = found.pop()[0]
        found.append((at, screen.taken()))
    return found


def runs_of(cells, first):
    """(column, style, text) of what has one style, from the column `first` on."""
    runs = []
    for column, (character, style) in enumerate(cells):
        if column < first:
            continue
        if runs and runs[-1][1] == style:
            runs[-1][2].append(character)
        else:
            runs.append((column, style, [character]))
    return [(column, style, "".join(text)) for column, style, text in runs if "".join(text).strip()]


def pieces(found):
    """(row, runs, shown at, hidden at or None) of each text there ever was: a row that only grew keeps what it had."""
    live, done, before = {}, [], []
    for at, rows in found:
        for row in range(max(len(rows), len(before))):
            now, was = rows[row] if row < len(rows) else [], before[row] if row < len(before) else []
            if now == was:
                continue
            first = len(was)
            if now[: len(was)] != was:
                done += [(row, runs, since, at) for runs, since in live.pop(row, [])]
                first = 0
            if runs := runs_of(now, first):
                live.setdefault(row, []).append((runs, at))
        before = rows
    return done + [(row, runs, since, None) for row, all_runs in live.items() for runs, since in all_runs]


def drawn(found, columns):
    high = len(found[-1][1])
    length = found[-1][0] + 4
    width, height = round(columns * WIDTH + 2 * MARGIN), HEIGHT * high + 2 * MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="ui-monospace, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="14" fill="{TEXT}">',
        "<title>A terminal: mcpm in a minute</title>",
        "<style>text{white-space:pre}@media (prefers-reduced-motion:reduce){.last{visibility:visible!important}.gone{visibility:hidden!important}}</style>",
        f'<rect width="{width}" height="{height}" rx="8" fill="{BACKGROUND}"><animate id="loop" attributeName="x" from="0" to="0" dur="{length:.2f}s" begin="0s;loop.end"/></rect>',
    ]
    for row, runs, since, until in sorted(pieces(found), key=lambda piece: piece[2]):
        kind = "last" if until is None else "gone"
        times = f'<set attributeName="visibility" to="hidden" begin="loop.begin"/><set attributeName="visibility" to="visible" begin="loop.begin+{since:.2f}s"/>'
        if until is not None:
            times += f'<set attributeName="visibility" to="hidden" begin="loop.begin+{until:.2f}s"/>'
        y = MARGIN + HEIGHT * row + 13
        texts = "".join(f'<text x="{MARGIN + WIDTH * column:.1f}" y="{y}" textLength="{WIDTH * len(text):.1f}"{style}>{html.escape(text, quote=False)}</text>' for column, style, text in runs)
        lines.append(f'<g class="{kind}" visibility="{"visible" if until is None else "hidden"}">{times}{texts}</g>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def main():
    commands, out, columns = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 100
    with open(commands, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file if line.strip() and not line.startswith("# ")]
    found = screens(played(lines, columns), columns)
    with open(out, "w", encoding="utf-8") as file:
        file.write(drawn(found, columns))
    print(f"{out}: {len(lines)} commands, {len(found[-1][1])} rows, {found[-1][0]:.0f} s, {os.path.getsize(out) // 1000} kB")


if __name__ == "__main__":
    main()
