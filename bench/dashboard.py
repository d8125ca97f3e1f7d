"""The dashboard with 1,000 servers: the first 100 and 1,000 cards, bytes, dropped frames, and what 100 watchers cost the agent. The limit is a
static server of the same bytes, and for frames a page that only writes the same figures into texts."""
import json
import os
import sys
import urllib.request

from support import Mcpm, keep, output_of, print_table

out, build = sys.argv[1:3]
quick = "--quick" in sys.argv
repository = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
mcpm = Mcpm(build)
try:
    mcpm.run("agent", "start")
    url = mcpm.url()
    token = mcpm.run("token", "create", "bench", "--kind", "api", "-q")[1].strip()
    for index in range(1000):
        body = {"name": f"server {index:04}", "command": "/bin/sleep", "args": ["1000"], "config": {"transport": "none"}}
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(f"{url}/api/servers", json.dumps(body).encode(), headers)).read()
    found = json.loads(output_of(
        ["node", os.path.join(repository, "bench/dashboard.mjs"), url, token, *map(str, mcpm.pids()), "3" if quick else "7"],
        env={**os.environ, "BROWSER_NPM": out + "/browser"}))
finally:
    mcpm.close()

rows = []
for number, what, unit, key, scale in [
    ("W1", "first 100 cards", "ms", "first100", 1), ("W2", "1,000 cards", "ms", "first1000", 1), ("W3", "bytes until then", "kB", "bytes", 1e-3),
    ("W4", "frames a second that 1,000 updates a second cost, cards", "frames", "dropped grid", 1),
    ("W5", "the same, table", "frames", "dropped table", 1), ("W6", "the same, wall", "frames", "dropped wall", 1),
    ("W7", "CPU of the agent with 100 watchers", "%", "cpu", 1), ("W8", "memory that they take", "MiB", "memory", 1)]:
    rows.append((number, what, unit, {name: found[name][key] * scale for name in ("mcpm", "limit") if key in found[name]}))
text = print_table("dashboard (1,000 servers)", rows, [])
if "--write" in sys.argv:
    keep("dashboard", text, repository)
