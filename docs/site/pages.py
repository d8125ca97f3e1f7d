#!/usr/bin/env python3
"""pages.py SOURCE OUT   makes the site's pages of the copies of docs/*.md below OUT: the first page from README.md, and what
Vue would read as its own language in a page (`{{`, a bare <WORD>) as the text that it is."""
import os
import re
import sys

REPOSITORY = "https://github.com/mcpmanager/mcp-manager/blob/main/"


def outside_code(text, change):
    """Applies `change` to what is neither in a fenced block nor between backticks."""
    parts = re.split(r"(^```.*?^```[ \t]*$|`[^`\n]+`)", text, flags=re.M | re.S)
    return "".join(part if index % 2 else change(part) for index, part in enumerate(parts))


def as_page(text, pages):
    def link(match):
        target, anchor = match.group(1), match.group(2) or ""
        name = {"CONTRIBUTING.md": "contributing.md"}.get(os.path.basename(target), os.path.basename(target))
        if "images/" in target:
            return f"](./images/{name})"
        if name in pages:
            return f"](./{name}{anchor})"
        return f"]({REPOSITORY}{target.removeprefix('../')}{anchor})"

    text = outside_code(text, lambda part: re.sub(r"<(?=[A-Za-z/])", "&lt;", part))
    text = re.sub(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?\)", link, text)
    # A page of docs/ that the text names becomes a link to it.
    named = re.compile(r"(?<![\w/\[])(?<!\]\()docs/([a-z-]+\.md)")
    text = outside_code(text, lambda part: named.sub(lambda m: f"[{m.group(1)}](./{m.group(1)})" if m.group(1) in pages else m.group(0), part))
    return re.sub(r"`([^`\n]*\{\{[^`\n]*)`", lambda m: f"<code v-pre>{m.group(1)}</code>", text)


def main():
    source, out = sys.argv[1:3]
    pages = {name for name in os.listdir(out) if name.endswith(".md")}
    with open(os.path.join(source, "README.md"), encoding="utf-8") as file:
        readme = file.read()
    with open(os.path.join(out, "index.md"), "w", encoding="utf-8") as file:
        file.write(as_page(readme, pages))
    for name in sorted(pages):
        path = os.path.join(out, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(as_page(text, pages))


if __name__ == "__main__":
    main()
