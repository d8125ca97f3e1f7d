#!/usr/bin/env python3
"""How well find_tools finds: the questions of bench/find_tools/*.tsv over the tools of real servers from npm.

  bench/find_tools.py [FOLDER]     an agent must run in the folders that the environment names (as in tests/support/sandbox.sh);
                                   FOLDER takes the packages (default build/npm/find_tools)

The servers are installed by npm without their scripts, added to the agent, and asked through /mcp?mode=search as a client does.
Prints, of each file, the questions whose right tool was not the first one, and both rates; exits with 1 when one is below 80 %
first or 95 % among five. The ranking was tuned on questions.tsv; held_out.tsv says what that is worth.
"""
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests/support"))
os.environ.setdefault("MCP_SOCKET", os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), "mcpm/agent.sock"))
from mcp_client import Door, Legacy, text_of  # noqa: E402

SERVERS = {
    "everything": ("@modelcontextprotocol/server-everything@2026.8.31", []),
    "filesystem": ("@modelcontextprotocol/server-filesystem@2026.8.31", ["/tmp"]),
    "memory": ("@modelcontextprotocol/server-memory@2026.8.31", []),
    "github": ("@modelcontextprotocol/server-github@2025.4.8", []),
    "postgres": ("@modelcontextprotocol/server-postgres@0.6.2", ["postgresql://127.0.0.1:1/none"]),
    "notion": ("@notionhq/notion-mcp-server@2.5.2", []),
    "charts": ("@antv/mcp-server-chart@0.9.10", []),
    "playwright": ("@playwright/mcp@0.0.83", []),
    "devtools": ("chrome-devtools-mcp@1.11.0", []),
    "calc": ("@coo-quack/calc-mcp@2.1.1", []),
    "fast": ("fast-filesystem-mcp@3.5.2", []),
    "git": ("@cyanheads/git-mcp-server@2.15.3", []),
    "firecrawl": ("firecrawl-mcp@3.22.2", []),
    "tavily": ("tavily-mcp@0.2.22", []),
    "drawio": ("@drawio/mcp@1.6.1", []),
}
VARIABLES = {"firecrawl": "FIRECRAWL_API_KEY=none", "tavily": "TAVILY_API_KEY=none", "memory": "MEMORY_FILE_PATH=/dev/null"}


def install(folder):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "package.json"), "w", encoding="utf-8") as file:
        file.write('{"private":true}\n')
    subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
                    *(package for package, _ in SERVERS.values())], cwd=folder, check=True)


def program_of(folder, package):
    home = os.path.join(folder, "node_modules", package.rsplit("@", 1)[0])
    with open(os.path.join(home, "package.json"), encoding="utf-8") as file:
        entry = json.load(file)["bin"]
    return os.path.join(home, entry if isinstance(entry, str) else next(iter(entry.values())))


def questions(name):
    with open(os.path.join(ROOT, "bench/find_tools", name), encoding="utf-8") as file:
        for line in file:
            if "\t" in line and not line.startswith("#"):
                question, right = line.rstrip("\n").split("\t")
                yield question, right.split("|")


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build/npm/find_tools")
    if not os.path.isdir(os.path.join(folder, "node_modules")):
        install(folder)
    for name, (package, words) in SERVERS.items():
        variables = ["-e", VARIABLES[name]] if name in VARIABLES else []
        subprocess.run(["mcpm", "add", name, "--start", *variables, "--", "node", program_of(folder, package), *words],
                       check=True, stdout=subprocess.DEVNULL)
    client = Legacy(Door.of_environment(), "/mcp?mode=search")
    everything = Legacy(Door.of_environment(), "/mcp").send("tools/list").result()["tools"]
    print(f"{len(everything)} tools, {len(json.dumps(everything)) // 1024} KiB")
    good = [measure(client, name) for name in ("questions.tsv", "held_out.tsv")]
    return 0 if all(good) else 1


def measure(client, name):
    asked = first = five = most = 0
    for question, right in questions(name):
        result = client.call("find_tools", {"query": question, "limit": 5}).result()
        most = max(most, len(json.dumps(result)))
        found = [tool["name"] for tool in json.loads(text_of(result))]
        asked += 1
        first += found[:1] != [] and found[0] in right
        five += any(one in right for one in found)
        if not found or found[0] not in right:
            place = next((str(at + 1) for at, one in enumerate(found) if one in right), "missed")
            print(f"{place:>7}  {question}  ({found[0] if found else 'nothing'})")
    print(f"{name}: {asked} questions: first {100 * first / asked:.1f} %, among five {100 * five / asked:.1f} %; "
          f"the largest answer has {most // 1024} KiB")
    return first >= 0.8 * asked and five >= 0.95 * asked


if __name__ == "__main__":
    sys.exit(main())
