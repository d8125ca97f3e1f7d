"""Writes the files that README and docs show, each block of YAML by itself, into a folder:   doc_files.py ROOT FOLDER
and prints for each, with tabs: what takes it (servers, template, config, helm, prometheus, none), the page with its line, the file.
A block of JSON or TOML that is no language's object stops it, with its place; one with "…" is a form, and is left out.
"""

import json
import pathlib
import re
import sys
import tomllib

root, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
blocks = re.compile(r"^```(yaml|json|toml)\n(.*?)^```", re.S | re.M)
takers = [
    ("servers", r"(version: 1|servers|profiles):?"),
    ("template", r"id:"),
    ("helm", r"httpServers:"),
    ("prometheus", r"scrape_configs:"),
    ("client", r"(extensions|mcpServers):"),
    ("config", r"[a-z_]+:"),
]
for page in [root / "README.md", *sorted((root / "docs").glob("*.md"))]:
    text = page.read_text(encoding="utf-8")
    for number, found in enumerate(blocks.finditer(text)):
        kind, block = found.groups()
        place = f"{page.relative_to(root)}:{text.count(chr(10), 0, found.start()) + 2}"
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if kind != "yaml":
            try:
                if "…" not in block:
                    {"json": json.loads, "toml": tomllib.loads}[kind](block)
            except ValueError as error:
                sys.exit(f"{place}: {error}")
        elif lines:
            file = folder / f"{page.stem}-{number}.yaml"
            file.write_text(block, encoding="utf-8")
            print(next(taker for taker, first in takers if re.match(first, lines[0])), place, file, sep="\t")
