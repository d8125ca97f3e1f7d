"""B1–B7 of the targets: capture rate, tail and search of a big log, against the pipe's own limit, tail, grep and supervisord."""
import os
import shutil
import subprocess
import sys
import tempfile
import time

from support import Mcpm, cpu_ms, keep, median, now_ns, output_of, print_table, rss_kib, timed
from supervision_peers import SupervisordLog

out, build = sys.argv[1:3]
quick = "--quick" in sys.argv
size = (256 if quick else 1024) << 20
rounds = 2 if quick else 3
emitter = out + "/emit_lines"


def ours(results, key, mode, budget):
    """MB/s from start to the moment the child has been drained and the run has ended, and the agent's CPU."""
    mcpm = Mcpm(build)
    try:
        os.makedirs(mcpm.home + "/.config/mcpm")
        with open(mcpm.home + "/.config/mcpm/config.yaml", "w") as file:
            file.write("logs:\n  server_budget: 4GiB\n  total_budget: 8GiB\n  segment_size: 64MiB\n  max_segments: 1000\n")
        mcpm.run("agent", "start")
        mcpm.run("add", "emit", "--transport", "none", "--restart", "never", "--", emitter, mode, str(budget))
        pids = mcpm.pids()
        before_cpu, before_rss, start = cpu_ms(pids), rss_kib(pids), now_ns()
        mcpm.run("start", "emit", check=False)
        mcpm.run("wait", "emit", "--for", "stopped", "--timeout", "300s")
        seconds = (now_ns() - start) / 1e9
        put = lambda k, value: results.setdefault(k, {}).setdefault("mcpm", []).append(value)
        put(key, budget / 1e6 / seconds)
        if mode == "block":
            put("B4", (cpu_ms(pids) - before_cpu) / 1000 / (budget / 1e9))
            put("B5", (rss_kib(pids) - before_rss) / 1024)
            for _ in range(5):
                put("B6", mcpm.run("logs", "emit", "--tail", "100")[0])
            for _ in range(3):
                put("B7", mcpm.run("logs", "emit", "--tail", "all", "--text", "needle-in-the-hay")[0] / 1000)
            folder = mcpm.home + "/.local/state/mcpm/logs"
            file = [os.path.join(d, f) for d, _, fs in os.walk(folder) for f in sorted(fs) if f.startswith("0")]
            for _ in range(5):
                results.setdefault("B6", {}).setdefault("limit", []).append(timed(["tail", "-n", "100", sorted(file)[-1]])[0])
            for _ in range(3):
                results.setdefault("B7", {}).setdefault("limit", []).append(timed(["grep", "-hF", "needle-in-the-hay", *sorted(file)], env=dict(os.environ, LC_ALL="C"))[0] / 1000)
    finally:
        mcpm.close()


def limit(results, key, mode, budget):
    home = tempfile.mkdtemp(prefix="bench-limit.")
    start = now_ns()
    printed = output_of([out + "/limit_capture", emitter, mode, str(budget), home + "/log", "tag"])
    results.setdefault(key, {}).setdefault("limit", []).append(budget / 1e6 / ((now_ns() - start) / 1e9))
    if mode == "block":
        results.setdefault("B4", {}).setdefault("limit", []).append(float(printed) / (budget / 1e9))
    shutil.rmtree(home, ignore_errors=True)


results = {}
for _ in range(rounds):
    for key, mode, budget in (("B2", "block", size), ("B3", "line", size // 4)):
        ours(results, key, mode, budget)
        limit(results, key, mode, budget)
        peer = SupervisordLog(emitter, mode, budget)
        results.setdefault(key, {}).setdefault("supervisord", []).append(peer.rate())
        peer.close()
names = [("B2", "capture, block-buffered child, with time and stream on each line", "MB/s"), ("B3", "capture, one write() per line", "MB/s"),
         ("B4", "CPU per GB captured", "s"), ("B5", "agent's growth under the flood", "MiB"), ("B6", "last 100 lines of the log, whole command (limit: tail)", "ms"),
         ("B7", "search the whole log for a fixed text (limit: grep)", "s")]
rows = [(key, what, unit, {name: median(values) for name, values in results.get(key, {}).items()}) for key, what, unit in names]
table = print_table(f"logs ({size >> 20} MiB)", rows, ["supervisord"])
if "--write" in sys.argv:
    keep("logs", table, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
