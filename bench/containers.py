"""Containers: ours against `docker run` of the same image, in turn in one call; both with an init, no network and a memory limit."""
import json
import os
import subprocess
import sys
import time

from support import Mcpm, keep, median, now_ns, output_of, print_table, rss_kib, timed

out, build = sys.argv[1:3]
quick = "--quick" in sys.argv
rounds = 5 if quick else 15
many = 10 if quick else 30
image = "mcpm-bench/echo:1"
run = ["docker", "run", "-i", "--rm", "--init", "--network", "none", "--memory", "512m", "--pids-limit", "256", "--cap-drop", "ALL"]
results = {}


def put(key, name, value):
    results.setdefault(key, {}).setdefault(name, []).append(value)


def make_image():
    folder = out + "/image"
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["g++", "-std=c++20", "-O2", "-static", "-I.", "-o", folder + "/main", "bench/echo_mcp.cpp"], check=True)
    tar = subprocess.Popen(["tar", "-C", folder, "-c", "main"], stdout=subprocess.PIPE)
    output_of(["docker", "import", "--change", 'ENTRYPOINT ["/main"]', "-", image], stdin=tar.stdout)
    tar.wait()


class DockerRun:
    """A client that starts its own container, as clients do today: `docker run -i` and the handshake over its pipes."""

    def __init__(self, name):
        self.name = name
        self.process = subprocess.Popen([*run, "--name", name, image], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def ask(self, ident, method, params):
        self.process.stdin.write((json.dumps({"jsonrpc": "2.0", "id": ident, "method": method, "params": params}, separators=(",", ":")) + "\n").encode())
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"`docker run` of {self.name} ended with {self.process.wait()} before it answered {method}; does an engine run here?")
        answer = json.loads(line)
        if "result" not in answer:
            raise RuntimeError(f"{self.name}: {answer}")
        return answer["result"]

    def first_call(self):
        self.ask(1, "initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}})
        self.process.stdin.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
        self.ask(2, "tools/call", {"name": "echo", "arguments": {"message": "hi"}})

    def stop(self):
        milliseconds, done = timed(["docker", "stop", self.name])
        if done.returncode != 0:
            raise RuntimeError(done.stdout.decode())
        self.process.stdin.close()
        self.process.wait()
        return milliseconds


def one_of_ours(ours, number):
    start = now_ns()
    ours.run("add", f"c{number}", "--network", "none", "--image", image, "--start")
    ours.run("call", f"c{number}", "echo", "message=hi")
    put("K1", "mcpm", (now_ns() - start) / 1e6)
    put("K2", "mcpm", ours.run("stop", f"c{number}")[0])
    ours.run("remove", "-f", f"c{number}")


def one_of_theirs(number):
    start = now_ns()
    theirs = DockerRun(f"mcpm-bench-{os.getpid()}-{number}")
    theirs.first_call()
    put("K1", "docker run", (now_ns() - start) / 1e6)
    put("K2", "docker run", theirs.stop())


def memory_of_many(ours):
    before = rss_kib(ours.pids())
    for number in range(many):
        ours.run("add", f"m{number}", "--network", "none", "--image", image, "--start")
    time.sleep(1)
    put("K3", "mcpm", (rss_kib(ours.pids()) - before) / many)
    ours.run("stop", "--all")
    theirs = [DockerRun(f"mcpm-bench-{os.getpid()}-m{number}") for number in range(many)]
    for one in theirs:
        one.first_call()
    put("K3", "docker run", rss_kib([one.process.pid for one in theirs]) / many)
    for one in theirs:
        one.process.stdin.close()
        one.process.wait()


def round_trip(ours):
    """p50 of a call by one session that is open already: ours over the unix socket, theirs over the pipes of `docker run -i`."""
    ours.run("add", "calls", "--network", "none", "--image", image, "--start")
    socket = f"unix:{ours.env['XDG_RUNTIME_DIR']}/mcpm/agent.sock:/mcp/calls"
    for _ in range(3):
        for name, where in (("mcpm", [socket]), ("docker run", ["stdio", *run, image])):
            found = output_of([out + "/gateway_load", "--sessions", "1", "--seconds", "1", "--bytes", "40", *where], timeout=120)
            put("K4", name, json.loads(found)["p50"])


make_image()
ours = Mcpm(build)
try:
    ours.run("agent", "start")
    for number in range(rounds):
        one_of_ours(ours, number)
        one_of_theirs(number)
    memory_of_many(ours)
    round_trip(ours)
finally:
    ours.run("stop", "--all", check=False)
    ours.close()
    subprocess.run(["docker", "image", "rm", "-f", image], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
names = [("K1", "add to first tool call (`add --start`, `call`)", "ms"), ("K2", "stop", "ms"),
         ("K3", f"memory per container beside the engine's, N={many} (agent and keeper's growth; a `docker run` client each)", "KiB"),
         ("K4", "tools/call p50, a session that is open", "µs")]
rows = [(key, what, unit, {name: median(values) for name, values in results.get(key, {}).items()}) for key, what, unit in names]
table = print_table("containers", rows, ["docker run"])
if "--write" in sys.argv:
    keep("containers", table, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
