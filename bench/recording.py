"""What looking at calls costs the gateway: the agent's CPU per call and the rate, with calls recorded (as usual), not recorded, and
also exported as spans. In turn, so that what else the machine does falls on all alike. Targets: 7 µs of CPU, 5 % of the rate. And the
CPU of an agent whose 50 servers are idle, each asked for its health every 30 s."""
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
seconds = 0.7 if quick else 1.5
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


def measure(it):
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
finally:
    for it in running.values():
        it.close()
    sink.shutdown()


def idle_cpu():
    """Milliseconds of CPU a minute, of agent and keeper, while nothing happens but the checks."""
    mcpm = Mcpm(build)
    try:
        mcpm.run("agent", "start")
        for number in range(50):
            mcpm.run("add", f"idle{number}", "--health-interval", "30s", "--start", "--", *echo)
        time.sleep(5)
        pids = mcpm.pids()
        before, start = cpu_ms(pids), now_ns()
        time.sleep(30 if quick else 120)
        return (cpu_ms(pids) - before) / ((now_ns() - start) / 60e9)
    finally:
        mcpm.close()


rows = [("E1", "agent's CPU per call, 8 sessions", "µs", {way: median(values) for way, values in results["E1"].items()}),
        ("E2", "rate, 8 sessions", "calls/s", {way: median(values) for way, values in results["E2"].items()}),
        ("E3", "CPU a minute, 50 idle servers, a check every 30 s", "ms", {"mcpm": idle_cpu()})]
table = print_table("recording", rows, ["not recorded"], ["with spans", "spans, 1 of 100"])
cost = rows[0][3]["mcpm"] - rows[0][3]["not recorded"]
lost = 1 - rows[1][3]["mcpm"] / rows[1][3]["not recorded"]
words = aims([("CPU that recording costs each call", cost, "µs", 7), ("rate that recording costs", lost * 100, "%", 5)])
if "--write" in sys.argv:
    keep("recording", table + "\n" + words, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
