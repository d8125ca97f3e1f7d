"""C1–C10 of the targets: tools/call through ours, mcp-proxy, supergateway, the limit bridge, and on the server's own pipes."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

from gateway_peers import Limit, McpProxy, Ours, Supergateway
from support import cpu_ms, keep, median, now_ns, output_of, print_table, rss_kib

out, build = sys.argv[1:3]
quick = "--quick" in sys.argv
rounds = 2 if quick else 3
seconds = 0.7 if quick else 1.5
echo = [out + "/echo_mcp"]
everything = ["node", out + "/peers/node_modules/@modelcontextprotocol/server-everything/dist/index.js", "stdio"]
results = {}


def put(key, name, value):
    results.setdefault(key, {}).setdefault(name, []).append(value)


def load(where, sessions=1, size=40):
    done = subprocess.run([out + "/gateway_load", "--sessions", str(sessions), "--seconds", str(seconds), "--bytes", str(size), *where],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(f"{where[-1]}, {sessions} sessions, {size} bytes: {done.stderr.decode()[:500]}")
    return json.loads(done.stdout)


def load_and_watch(it, sessions):
    """Also the bridge's CPU per call, µs, and its memory while the sessions are there, MiB: of the first process, of all."""
    pids = it.pids()
    before = cpu_ms(pids)
    command = [out + "/gateway_load", "--sessions", str(sessions), "--seconds", str(seconds), *it.where]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    alone = memory = 0
    while process.poll() is None:
        alone, memory = max(alone, rss_kib(pids[:1]) / 1024), max(memory, rss_kib(pids) / 1024)
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            pass
    if process.returncode != 0:
        raise RuntimeError(f"{it.where[-1]}, {sessions} sessions: {process.stderr.read().decode()[:500]}")
    found = json.loads(process.stdout.read())
    return found, (cpu_ms(pids) - before) * 1000 / found["all"], (alone, memory)


def first_list(where, since):
    return float(output_of([out + "/gateway_load", "--first", str(since), *where], timeout=120))


def cells(name, it):
    """All rows of one that is up."""
    one = load(it.where)
    put("C1", name, one["p50"])
    put("C2", name, one["p99"])
    eight, cpu, _ = load_and_watch(it, 8)
    put("C3", name, eight["rate"])
    put("C6", name, cpu)
    many, _, memory = load_and_watch(it, 64)
    put("C5" if name == "supergateway" else "C4", name, many["rate"])
    put("C7", name, memory[0])
    put("C7 all", name, memory[1])
    put("C9", name, load(it.where, 8, 4000)["rate"])
    put("C10", name, load(it.where, 8, 100000)["rate"])


def with_cold_start(name, make, measure=None):
    """From the start of the bridge (ours: of `mcpm start`, the agent being up) to the first tools/list; then the rows."""
    it = make()
    try:
        put("C8", name, first_list(it.where, it.started))
        if measure:
            measure(name, it)
    finally:
        it.close()


def child_per_session(name, it):
    put("C5", name, load(it.where, 64)["rate"])


def over_unix(name, it):
    where = getattr(it, "unix", it.where)
    put("C1 unix", name, load(where)["p50"])


def ours_shared(name, it):
    cells(name, it)
    over_unix(name, it)


def everything_cold(name, make):
    it = make()
    try:
        put("C8 everything", name, first_list(it.where, it.started))
    finally:
        it.close()


def one_round():
    home = tempfile.mkdtemp(prefix="bench-gateway.")
    with_cold_start("limit", lambda: Limit(out, echo), cells)
    with_cold_start("mcpm", lambda: Ours(build, echo), ours_shared)
    with_cold_start("mcp-proxy", lambda: McpProxy(out, echo), cells)
    with_cold_start("supergateway", lambda: Supergateway(out, echo), cells)
    for name, make, measure in (
        ("limit", lambda: Limit(out, echo, "own"), child_per_session),
        ("mcpm", lambda: Ours(build, echo, "per-client"), child_per_session),
        ("limit", lambda: Limit(out, echo, at=home + "/limit.sock"), over_unix),
    ):
        it = make()
        try:
            measure(name, it)
        finally:
            it.close()
    direct = load(["stdio", *echo])
    put("C1", "stdio", direct["p50"])
    put("C2", "stdio", direct["p99"])
    put("C8", "stdio", first_list(["stdio", *echo], now_ns()))
    put("C8 everything", "stdio", first_list(["stdio", *everything], now_ns()))
    everything_cold("mcpm", lambda: Ours(build, everything))
    everything_cold("mcp-proxy", lambda: McpProxy(out, everything))
    everything_cold("limit", lambda: Limit(out, everything))
    shutil.rmtree(home, ignore_errors=True)


for _ in range(rounds):
    one_round()
names = [("C1", "tools/call p50, 1 session", "µs"), ("C1 unix", "the same on the unix socket", "µs"), ("C2", "tools/call p99, 1 session", "µs"),
         ("C3", "8 sessions, one server process for all", "calls/s"), ("C4", "64 sessions, one server process for all", "calls/s"),
         ("C5", "64 sessions, a process for each", "calls/s"), ("C6", "bridge's CPU per call, 8 sessions", "µs"),
         ("C7", "bridge's memory, 64 sessions (ours: the agent)", "MiB"),
         ("C7 all", "the same (ours: with its keeper, the pages they share counted twice)", "MiB"), ("C8", "start to first tools/list (ours: the agent is up)", "ms"),
         ("C8 everything", "the same with server-everything", "ms"), ("C9", "4 kB echo, 8 sessions", "calls/s"), ("C10", "100 kB echo, 8 sessions", "calls/s")]
rows = [(key, what, unit, {name: median(values) for name, values in results.get(key, {}).items()}) for key, what, unit in names]
table = print_table("gateway", rows, ["mcp-proxy", "supergateway"], ["stdio"])
if "--write" in sys.argv:
    keep("gateway", table, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
