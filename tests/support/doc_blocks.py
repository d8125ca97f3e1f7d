"""Prints the blocks of README and docs that are marked as runnable: page, what it needs, the block in base64, with tabs.

With --unmarked: each block of shell lines that says neither "<!-- run -->" nor "<!-- not run: why -->" before it. docs/cli.md is made
of the table of commands, and its examples name servers that nobody has. With --elsewhere: what is "not run" and names no test that
there is.
"""

import base64
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
blocks = re.compile(r"(?:<!-- (run(?:: (\w+))?|not run: [^>]+) -->\n)?```sh\n(.*?)```", re.S)
for page in [root / "README.md", *sorted((root / "docs").glob("*.md"))]:
    if page.name == "cli.md":
        continue
    for mark, needs, block in blocks.findall(page.read_text(encoding="utf-8")):
        if "--unmarked" in sys.argv:
            if not mark:
                print(f"{page.relative_to(root)}: {block.splitlines()[0]}")
        elif "--elsewhere" in sys.argv:
            named = re.findall(r"tests/[\w/]+\.sh", mark)
            if mark.startswith("not run") and not (named and all((root / test).exists() for test in named)):
                print(f"{page.relative_to(root)}: {mark}")
        elif mark.startswith("run"):
            print(page.relative_to(root), needs or "nothing", base64.b64encode(block.encode()).decode(), sep="\t")
