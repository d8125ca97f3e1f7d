"""Prints the blocks of README and docs that are marked as runnable: page, what it needs, the block in base64, with tabs."""

import base64
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
marked = re.compile(r"<!-- run(?:: (\w+))? -->\n```sh\n(.*?)```", re.S)
for page in [root / "README.md", *sorted((root / "docs").glob("*.md"))]:
    for needs, block in marked.findall(page.read_text(encoding="utf-8")):
        print(page.relative_to(root), needs or "nothing", base64.b64encode(block.encode()).decode(), sep="\t")
