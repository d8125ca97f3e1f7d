"""What looking at calls costs the gateway: the agent's CPU per call and the rate, with calls recorded (as usual), not recorded, and
also exported as spans. What recording costs is the median of many short fours (with, without, without, with; then the other way
round): what else the machine does, also when it grows slower or faster meanwhile, falls on both alike. Targets: 7 µs of CPU, 5 % of the rate. And an agent whose 50 servers
are idle, each asked for its health every 30 s: its CPU, and how often its database writes to the disk."""
import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gateway_peers import Ours
from support import Mcpm, aims, cpu_ms, keep, median, now_ns, output_of, print_table

out, build = sys.argv[1:3]
quick = "--quick" in sys.argv
rounds = 3 if quick else 7
fours = 20 if quick else 120
long, short = 0.7 if quick else 1.5, 0.5  # seconds of one measurement
echo = [out + "/echo_mcp"]


class Sink(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


sink = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
threading.Thread(target=sink.serve_forever, daemon=True).start()
endpoint = f"http://127.0.0.1:{sink.server_address[1]}"
ways = {"not recorded": {"MCPM_RECORD_CALLS": "off"},
        "mcpm": {},
        "with spans": {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint},
        "spans, 1 of 100": {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.01"}}
results = {key: {way: [] for way in ways} for key in ("E1", "E2")}


def measure(it, seconds=long):
    """CPU of agent and keeper per call, µs, with what is written behind the calls; calls a second."""
    pids = it.pids()
    before = cpu_ms(pids)
    found = json.loads(output_of([out + "/gateway_load", "--sessions", "8", "--seconds", str(seconds), *it.where], timeout=120))
    it.mcpm.run("usage", "--calls", "--limit", "1")  # what waits is written by now; a report would read all calls of all rounds
    return (cpu_ms(pids) - before) * 1000 / found["all"], found["rate"]


running = {way: Ours(build, echo, env=env) for way, env in ways.items()}
try:
    for way, it in running.items():
        measure(it)  # warm
    for _ in range(rounds):
        for way, it in running.items():
            cpu, rate = measure(it)
            results["E1"][way].append(cpu)
            results["E2"][way].append(rate)
    differences, shares = [], []
    for number in range(fours):
        one, other = ("mcpm", "not recorded") if number % 2 else ("not recorded", "mcpm")
        cpu, rate = {one: 0, other: 0}, {one: 0, other: 0}
        for way in (one, other, other, one):
            measured = measure(running[way], short)
            cpu[way] += measured[0] / 2
            rate[way] += measured[1] / 2
        differences.append(cpu["mcpm"] - cpu["not recorded"])
        shares.append(100 - 100 * rate["mcpm"] / rate["not recorded"])
finally:
    for it in running.values():
        it.close()
    sink.shutdown()


def interval(values):
    """Where the median of what was measured lies, 19 of 20 times, by the order of the values alone."""
    ordered, aside = sorted(values), int(len(values) / 2 - 0.98 * len(values) ** 0.5)
    return ordered[max(aside, 0)], ordered[-1 - max(aside, 0)]


def idle():
    """Of a minute in which nothing happens but the checks: milliseconds of CPU of agent and keeper, transactions of the database."""
    mcpm = Mcpm(build)
    try:
        mcpm.run("agent", "start")
        for number in range(50):
            mcpm.run("add", f"idle{number}", "--health-interval", "30s", "--start", "--", *echo)
        time.sleep(5)
        pids = mcpm.pids()
        before, commits, start = cpu_ms(pids), mcpm.figure("mcpm_store_commits_total"), now_ns()
        time.sleep(60 if quick else 180)
        minutes = (now_ns() - start) / 60e9
        return (cpu_ms(pids) - before) / minutes, (mcpm.figure("mcpm_store_commits_total") - commits) / minutes
    finally:
        mcpm.close()


idle_ms, idle_commits = idle()
rows = [("E1", "agent's CPU per call, 8 sessions", "µs", {way: median(values) for way, values in results["E1"].items()}),
        ("E2", "rate, 8 sessions", "calls/s", {way: median(values) for way, values in results["E2"].items()}),
        ("E3", "CPU a minute, 50 idle servers, a check every 30 s", "ms", {"mcpm": idle_ms}),
        ("E4", "the same: transactions of the database a minute", "", {"mcpm": idle_commits})]
table = print_table("recording", rows, ["not recorded"], ["with spans", "spans, 1 of 100"])
def of_pairs(what, values, unit):
    low, high = interval(values)
    return f"{what} ({fours} times four runs of {short:g} s; 95 %: {low:.1f} to {high:.1f} {unit})"


words = aims([(of_pairs("CPU that recording costs each call", differences, "µs"), median(differences), "µs", 7),
              (of_pairs("rate that recording costs", shares, "%"), median(shares), "%", 5)])
if "--write" in sys.argv:
    keep("recording", table + "\n" + words, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
