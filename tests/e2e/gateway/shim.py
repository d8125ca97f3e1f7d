"""The stdio shim, `mcpm connect` (checks 112 to 119)."""

import json
import os
import queue
import subprocess
import threading
import time

from mcp_client import MODERN, PREFIX, WAIT, Trace, attempt, check, same, text_of, until

SANDBOX = os.environ["MCP_SANDBOX"]
OPENING = {"protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}}, "clientInfo": {"name": "t", "version": "1"}}


def mcpm(*words):
    return subprocess.run(["mcpm", *words], capture_output=True, text=True)


class Shim:
    """A shim and its lines; what is no JSON-RPC on its stdout is kept as noise."""

    def __init__(self, *words):
        self.process = subprocess.Popen(["mcpm", "connect", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.lines = queue.Queue()
        self.noise = []
        self.next_id = 0
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            try:
                message = json.loads(line)
                assert all(one["jsonrpc"] == "2.0" for one in (message if isinstance(message, list) else [message]))
                self.lines.put(message)
            except (ValueError, KeyError, AssertionError, TypeError):
                self.noise.append(line)
        self.lines.put(None)

    def write(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def send(self, method, params=None, ident=None):
        if ident is None:
            self.next_id += 1
            ident = self.next_id
        self.write({"jsonrpc": "2.0", "id": ident, "method": method, **({"params": params} if params is not None else {})})
        return ident

    def message(self, wait=WAIT):
        try:
            return self.lines.get(timeout=wait)
        except queue.Empty:
            return None

    def answer(self, ident, wait=WAIT):
        end = time.monotonic() + wait
        while (message := self.message(max(0.01, end - time.monotonic()))) is not None:
            if message.get("id") == ident and "method" not in message:
                return message
        return None

    def ask(self, method, params=None, wait=WAIT):
        return self.answer(self.send(method, params), wait)

    def call(self, tool, arguments=None, wait=WAIT):
        return self.ask("tools/call", {"name": tool, "arguments": arguments or {}}, wait)

    def open(self, version=OPENING["protocolVersion"]):
        answer = self.ask("initialize", {**OPENING, "protocolVersion": version})
        self.write({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return answer["result"]

    def end(self):
        self.process.stdin.close()
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None


def envelope(**params):
    return {**params, "_meta": {PREFIX + "protocolVersion": MODERN, PREFIX + "clientCapabilities": {},
                                PREFIX + "clientInfo": {"name": "t", "version": "1"}}}


def opening():
    shim = Shim("plain")
    same(114, "initialize", "everything", shim.open()["serverInfo"]["name"])
    same(114, "and a call", "hi", text_of(shim.call("echo", {"message": "hi"})["result"]))
    shim.process.stdin.write(b"this is no JSON\n[1,2]\n\n")
    shim.process.stdin.flush()
    same(112, "after nonsense too", "still", text_of(shim.call("echo", {"message": "still"})["result"]))
    same(115, "end of input ends it", 0, shim.end())
    same(112, "nothing but protocol on its stdout", [], shim.noise)
    for name in ("plain", "modern"):
        shim = Shim(name)
        found = shim.ask("server/discover", envelope())
        check(114, f"{name}: discover is answered", found and ("result" in found or "error" in found), found)
        check(114, f"{name}: and initialize after it", "capabilities" in shim.open())
        same(114, f"{name}: and a call", "both", text_of(shim.call("echo", {"message": "both"})["result"]))
        shim.end()
        shim = Shim(name)
        if "result" in found:
            same(114, f"{name}: or a call of the same era", "new",
                 text_of(shim.ask("tools/call", envelope(name="echo", arguments={"message": "new"}))["result"]))
        shim.end()


def a_cold_server():
    mcpm("start", "cold")
    warm = Shim("cold")
    warm.open()
    warm.end()
    mcpm("stop", "cold")
    starting = subprocess.Popen(["mcpm", "start", "cold"])
    time.sleep(0.2)
    shim = Shim("cold")
    started = time.monotonic()
    shim.open()
    opened = time.monotonic() - started
    got = shim.call("echo", {"message": "warm"})
    called = time.monotonic() - started
    check(113, "initialize is answered before a cold server is up", opened < called - 0.5, (opened, called))
    same(113, "and the first call waits for it", "warm", text_of(got["result"]))
    starting.wait()
    shim.end()


def end_of_input():
    """As a script uses it: everything is written at once, and the input ends."""
    lines = [{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": OPENING},
             {"jsonrpc": "2.0", "method": "notifications/initialized"},
             {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "echo", "arguments": {"message": "piped"}}},
             {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "sleep", "arguments": {"ms": 700}}}]
    text = "\n".join(json.dumps(line) for line in lines)
    for what, end in (("", "\n"), (", its last line without an end", "")):
        done = subprocess.run(["mcpm", "connect", "plain"], input=text + end, capture_output=True, text=True)
        answers = {m["id"]: m for m in map(json.loads, done.stdout.splitlines()) if "id" in m}
        same(115, f"what was asked before the end of input is answered{what}", [1, 2, 3], sorted(answers))
        same(115, "as it is otherwise", ("piped", "slept"), tuple(text_of(answers[i]["result"]) for i in (2, 3)))
        same(115, "then it ends", (0, ""), (done.returncode, done.stderr))
    silent = json.dumps({"jsonrpc": "2.0", "id": "late", "method": "tools/call", "params": {"name": "silent", "arguments": {}}})
    done = subprocess.run(["mcpm", "connect", "plain", "--drain", "1s"], input=text + "\n" + silent + "\n",
                          capture_output=True, text=True)
    same(115, "a call that is cut off is an exit status", 1, done.returncode)
    check(115, "and named", '"late" (tools/call) was cut off' in done.stderr, done.stderr)


def its_own_workspace():
    """A shim of 2026-07-28 is one client, which is asked for its roots once."""
    shim = Shim("wanders")
    shim.call("workspace")  # the shared process is up, and has asked
    shim.end()
    shim = Shim("wanders")
    able = {"_meta": {PREFIX + "protocolVersion": MODERN, PREFIX + "clientCapabilities": {"roots": {}},
                      PREFIX + "clientInfo": {"name": "t", "version": "1"}}}
    roots = {"roots": [{"uri": "file:///shim"}]}
    asked = shim.ask("tools/call", {"name": "workspace", "arguments": {}, **able})["result"]
    same(96, "the first call is given back", "input_required", asked.get("resultType"))
    key = list(asked["inputRequests"])[0]
    first = shim.ask("tools/call", {"name": "workspace", "arguments": {}, "requestState": asked["requestState"],
                                    "inputResponses": {key: roots}, **able})["result"]
    same(96, "and made in the client's workspace", roots, json.loads(text_of(first)))
    pids = {text_of(shim.ask("tools/call", {"name": "pid", "arguments": {}, **able})["result"]) for _ in range(3)}
    same(96, "all of them in one process", 1, len(pids))
    shim.end()


def leaving():
    trace = Trace(SANDBOX + "/trace.plain")
    shim = Shim("plain", "--drain", "1s")
    shim.open()
    calls, before = trace.calls("silent"), trace.count("notifications/cancelled")
    shim.send("tools/call", {"name": "silent", "arguments": {}})
    check(115, "a call is under way", until(lambda: trace.calls("silent") > calls))
    same(115, "end of input ends the shim", 1, shim.end())
    check(115, "and cancels its calls", until(lambda: trace.count("notifications/cancelled") > before, 5))
    # Without a thread that reads: closing what it reads would wait for it.
    broken = subprocess.Popen(["mcpm", "connect", "plain"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
    for ident, method, params in ((1, "initialize", OPENING), (2, "tools/call", {"name": "echo", "arguments": {"message": "x"}})):
        if ident == 2:
            broken.stdout.readline()
            broken.stdout.close()
        try:
            broken.stdin.write(json.dumps({"jsonrpc": "2.0", "id": ident, "method": method, "params": params}).encode() + b"\n")
            broken.stdin.flush()
        except BrokenPipeError:  # gone already: it had something else to say, a notification, and could not
            break
    check(115, "a broken pipe ends it", until(lambda: broken.poll() is not None, 10))
    again = Shim("plain")
    again.open()
    same(115, "and not the server", "alive", text_of(again.call("echo", {"message": "alive"})["result"]))
    again.end()


def an_agent_restart():
    trace = Trace(SANDBOX + "/trace.plain")
    shim = Shim("plain")
    shim.open()
    shim.ask("resources/subscribe", {"uri": "test://watched-resource"})
    calls = trace.calls("silent")
    flying = shim.send("tools/call", {"name": "silent", "arguments": {}}, "flying")
    until(lambda: trace.calls("silent") > calls)
    restarted = mcpm("agent", "restart")
    check(116, "the agent restarts", restarted.returncode == 0, restarted.stderr)
    answer = shim.answer(flying)
    check(116, "the call in flight fails", answer and "error" in answer, answer)
    same(116, "the next works", "on", text_of(shim.call("echo", {"message": "on"})["result"]))
    shim.send("tools/call", {"name": "touch", "arguments": {"uri": "test://watched-resource"}})
    heard = []
    while (message := shim.message(1)) is not None:
        heard.append(message.get("method"))
    check(116, "its subscriptions are still there", "notifications/resources/updated" in heard, heard)
    shim.end()
    same(112, "nothing but protocol on its stdout", [], shim.noise)


def nobody():
    unknown = mcpm("connect", "no-such-server")
    same(112, "an unknown server: nothing on stdout", "", unknown.stdout)
    check(117, "one clear line and a code", unknown.returncode != 0 and "no-such-server" in unknown.stderr and
          unknown.stderr.strip().count("\n") <= 2, (unknown.returncode, unknown.stderr))


def two_of_one_client():
    shims = [Shim("plain") for _ in range(2)]
    for shim in shims:
        shim.open()
    pids = {text_of(shim.call("pid")["result"]) for shim in shims}
    same(118, "two shims share the server", 1, len(pids))
    for shim in shims:
        shim.send("tools/call", {"name": "sleep", "arguments": {"ms": 200}}, 1)
    same(118, "and their ids do not meet", ["slept", "slept"], [text_of(shim.answer(1)["result"]) for shim in shims])
    with open(os.environ["MCPM_BUILD_DIR"] + "/CMakeCache.txt", encoding="utf-8") as file:
        counts_lines = "MCPM_COVERAGE:BOOL=ON" in file.read()
    if counts_lines:
        print("skipped: the size of a shim, as a program that counts its lines keeps the counters in memory")
    for shim in shims:
        with open(f"/proc/{shim.process.pid}/smaps_rollup", encoding="ascii") as file:
            # What each costs more: the pages of the program are shared, and a debug build has many of them.
            size = next(int(line.split()[1]) for line in file if line.startswith("Anonymous:"))
        if not counts_lines:
            check(119, "a shim is smaller than 5 MB", size < 5000, f"{size} KiB")
        shim.end()


def the_aggregate():
    shim = Shim()
    shim.open()
    names = [tool["name"] for tool in shim.ask("tools/list")["result"]["tools"]]
    check(114, "without a name it is all servers", "plain__echo" in names and "modern__echo" in names, names[:5])
    same(114, "whose tools can be called", "all", text_of(shim.call("modern__echo", {"message": "all"})["result"]))
    shim.end()


def batches():
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    for version in ("2024-11-05", "2025-03-26"):
        shim = Shim("plain")
        shim.open(version)
        call = {"jsonrpc": "2.0", "id": "b", "method": "tools/call", "params": {"name": "test_tool_with_progress", "arguments": {}, "_meta": {"progressToken": 7}}}
        shim.write([ping, {"jsonrpc": "2.0", "method": "notifications/roots/list_changed"}, call])
        heard = []
        while isinstance(message := shim.message(), dict):
            heard.append(message.get("method"))
        same(9, f"{version}: a batch is answered by one", {1, "b"}, {answer["id"] for answer in message or ()})
        check(9, "with results", all("result" in answer for answer in message or ()), message)
        same(9, "and what its calls tell comes at once", ["notifications/progress"] * 3, heard)
        for wrong in ([], [ping, 7], [{**ping, "method": "initialize", "params": OPENING}], [ping] * 101):
            shim.write(wrong)
            same(9, f"{str(wrong)[:60]}: refused", -32600, shim.message()["error"]["code"])
        shim.write([{"jsonrpc": "2.0", "method": "notifications/roots/list_changed"}])
        same(9, "one without requests has no answer", {}, shim.ask("ping")["result"])
        shim.end()
    for version in ("2025-06-18", "2025-11-25"):
        shim = Shim("plain")
        shim.open(version)
        shim.write([ping])
        same(9, f"{version} has none", -32600, shim.message()["error"]["code"])
        shim.end()


def without_an_agent():
    mcpm("agent", "stop")
    shim = Shim("plain")
    opened = shim.open()
    same(117, "without an agent it starts one", "everything", opened["serverInfo"]["name"])
    same(117, "and serves", "up", text_of(shim.call("echo", {"message": "up"})["result"]))
    shim.end()


for group in (opening, a_cold_server, end_of_input, its_own_workspace, leaving, an_agent_restart, nobody, two_of_one_client, the_aggregate, batches, without_an_agent):
    attempt(group)
