"""Uses `mcpm dev` on a pseudo-terminal as a person who writes a server would; prints what was not as it should be."""

import json
import os
import select
import signal
import subprocess
import sys
import time

from terminal import Terminal, failures

program, project = sys.argv[1:3]
os.chdir(project)


class Client:
    """An MCP client on `mcpm connect`, which stays while the server changes."""

    def __init__(self, name):
        self.process = subprocess.Popen([program, "connect", name], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.left = b""
        self.ask(1, "initialize", {"protocolVersion": "2025-11-25", "capabilities": {},
                                   "clientInfo": {"name": "t", "version": "1"}})
        self.wait_for(lambda m: m.get("id") == 1, "initialize")
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def send(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, number, method, params):
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})

    def wait_for(self, fits, what):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            line, newline, rest = self.left.partition(b"\n")
            if newline:
                self.left = rest
                message = json.loads(line)
                if fits(message):
                    return message
            elif select.select([self.process.stdout], [], [], 0.2)[0]:
                self.left += os.read(self.process.stdout.fileno(), 65536)
        failures.append(f"the client: no {what}")
        return {}

    def tools(self, number):
        self.ask(number, "tools/list", {})
        answer = self.wait_for(lambda m: m.get("id") == number, "tools/list")
        return [tool["name"] for tool in answer.get("result", {}).get("tools", [])]

    def end(self):
        self.process.stdin.close()
        self.process.wait(20)


def write(names):
    with open("tools.txt", "w", encoding="utf-8") as file:
        file.write(names)


def servers():
    listed = subprocess.run([program, "list", "-o", "name"], capture_output=True, text=True, check=False)
    return listed.stdout.split()


def begin(*more):
    return Terminal([program, "dev", "--watch", "*.py", "--watch", "tools.txt", *more, "--", "python3", "server.py"], 100, 30)


write("one two")
dev = begin()
dev.wait_for_all(["ready with one two", "it runs"], "its log, and that it runs")
name = "dev-" + os.path.basename(project)
if servers() != [name]:
    failures.append(f"it is not there as {name}: {servers()}")
client = Client(name)
if client.tools(2) != ["one", "two"]:
    failures.append("the client does not see the tools")
client.ask(3, "tools/call", {"name": "one", "arguments": {}})
client.wait_for(lambda m: m.get("id") == 3, "an answer")
dev.wait_for("tools/call one", "the client's traffic")
write("one two three")
dev.wait_for_all(["tools.txt changed", "ready with one two three"], "a restart for a change")
client.wait_for(lambda m: m.get("method") == "notifications/tools/list_changed", "list_changed")
if client.tools(4) != ["one", "two", "three"]:
    failures.append("the client does not see the new tool")
write("broken")
dev.wait_for("cannot read tools.txt", "what a broken version says")
write("four")
dev.wait_for("ready with four", "a start for the mended version")
dev.type("r")
dev.wait_for_all(["ready with four", "it runs"], "r")
dev.type("t")
dev.wait_for("the traffic is hidden", "t")
dev.type("?")
dev.wait_for("i opens the Inspector", "?")
client.end()
dev.type("q")
if dev.end("q") != 0:
    failures.append("q: it does not end well")
if servers():
    failures.append(f"q: it is still there: {servers()}")

for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    dev = begin("--name", "mine")
    dev.wait_for("it runs", f"{number.name}: a start")
    dev.process.send_signal(number)
    wanted = 0 if number == signal.SIGINT else -number
    if (code := dev.end(number.name)) != wanted:
        failures.append(f"{number.name}: it ends with {code}")
    if servers():
        failures.append(f"{number.name}: it is still there: {servers()}")

# The terminal goes.
dev = begin()
dev.wait_for("it runs", "a start")
os.close(dev.master)
os.close(dev.slave)
dev.process.wait(20)
if servers():
    failures.append(f"without its terminal: it is still there: {servers()}")

# Nothing can be done at a SIGKILL: the next one tidies up, and leaves those alone that live.
dev = begin()
dev.wait_for("it runs", "a start")
dev.process.kill()
dev.process.wait()
if servers() != [name]:
    failures.append(f"SIGKILL: {servers()}")
other = begin("--name", "other")
other.wait_for_all(["had left", "it runs"], "another start, without the one that was left")
third = begin()
third.wait_for("it runs", "a third")
if sorted(servers()) != [name, "other"]:
    failures.append(f"beside each other: {servers()}")
for one in (other, third):
    one.type("q")
    one.end("q")

# Without a terminal, into a pipe whose reader leaves.
piped = subprocess.Popen([program, "dev", "--", "python3", "server.py"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
piped.stdout.readline()
piped.stdout.close()
write("five")
end = time.monotonic() + 30
while servers() and time.monotonic() < end:
    subprocess.run([program, "restart", name], capture_output=True, check=False)
    time.sleep(0.2)
if servers():
    failures.append("a closed pipe: it is still there")
piped.wait(20)

print("\n".join(failures), end="")
sys.exit(1 if failures else 0)
