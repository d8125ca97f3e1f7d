"""The one list of checks for every real client (tests/programs/clients): client_checks.py TABLE. Each line of TABLE is a
client, with tabs between its columns: NAME, ERA, WITHOUT (what its SDK cannot, separated by commas, or -), COMMAND…. All of
them run at once and to the end, while server and agent are restarted and upgraded under them. Prints `ok …` and `FAILED …`."""
import json
import os
import queue
import subprocess
import sys
import threading
import time

ANSWER_SECONDS = 40
COMES_BACK_SECONDS = 25
TRACE = os.environ["MCP_SANDBOX"] + "/trace.both"

# what, the step, what the answer must be
CHECKS = [
    ("list", {"do": "list"}, lambda got: "echo" in got and "sleep" in got),
    ("call", {"do": "call", "name": "echo", "arguments": {"message": "hello"}}, lambda got: got == "hello"),
    ("progress", {"do": "progress", "name": "test_tool_with_progress"}, lambda got: [int(one) for one in got] == [0, 50, 100]),
    ("cancel", {"do": "cancel", "name": "sleep", "arguments": {"ms": 20000}}, lambda got: got == "cancelled"),
    ("elicitation", {"do": "call", "name": "test_elicitation"}, lambda got: "from-client" in got),
    ("sampling", {"do": "call", "name": "test_sampling"}, lambda got: "from-model" in got),
    ("roots", {"do": "call", "name": "test_input_required_result_list_roots"}, lambda got: "file:///from-client" in got),
    ("many", {"do": "many", "count": 50}, lambda got: got == 50),
]
# What happens under the clients; each must then go on by itself.
EVENTS = [
    ("a restart of the server", ["mcpm", "restart", "both"]),
    ("a restart of the agent", ["mcpm", "agent", "restart"]),
    ("an upgrade of the agent", ["mcpm", "agent", "upgrade"]),
    ("a kill of the agent", ["sh", "-c", "kill -KILL $(mcpm agent status -o json | python3 -c 'import json, sys; print(json.load(sys.stdin)[\"pid\"])')"]),
]
said = threading.Lock()
failed = False


def say(good, what, why=""):
    global failed
    with said:
        failed = failed or not good
        print(f"ok {what}" if good else f"FAILED {what}: {why}", flush=True)


class Client:
    def __init__(self, line):
        self.name, self.era, without, *command = line.rstrip("\n").split("\t")
        self.without = without.split(",")
        self.answers = queue.Queue()
        self.errors = open(f"{os.environ['MCP_SANDBOX']}/client.{self.name}.err", "w+", encoding="utf8")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            try:
                self.answers.put(json.loads(line))
            except ValueError:
                continue  # a line that is no result
        self.answers.put({"error": f"the client ended: {self.last_words()}"})

    def last_words(self):
        self.errors.flush()
        self.errors.seek(0)
        return " | ".join(self.errors.read().strip().splitlines()[-3:])

    def answer(self, seconds=ANSWER_SECONDS):
        try:
            return self.answers.get(timeout=seconds)
        except queue.Empty:
            return {"error": f"no answer within {seconds} s: {self.last_words()}"}

    def take(self, step):
        try:
            self.process.stdin.write(json.dumps(step) + "\n")
            self.process.stdin.flush()
        except OSError as error:
            return {"error": f"the client has ended: {error}: {self.last_words()}"}
        return self.answer()

    def check(self, what, step, is_good):
        got = self.take(step)
        try:
            good = is_good(got["ok"])
        except (KeyError, TypeError, ValueError):
            good = False
        say(good, f"{self.name}: {what}", json.dumps(got)[:600])

    def check_all(self):
        if self.began != {"ok": "connected"}:
            return
        for what, step, is_good in CHECKS:
            if what in self.without:
                with said:
                    print(f"   {self.name}: {what}: left out, the SDK has none")
            else:
                self.check(what, step, is_good)

    def goes_on(self, after):
        """The call may fail while what it needs is away; the client itself is not touched."""
        if self.began != {"ok": "connected"}:
            return
        if "broken connections" in self.without and self.name.endswith("-http") and "kill" in after:
            with said:
                print(f"   {self.name}: after {after}: left out, the SDK ends its session with a connection that breaks")
            return
        end = time.monotonic() + COMES_BACK_SECONDS
        failures = []
        words = f"after {after}"
        while time.monotonic() < end:
            got = self.take({"do": "call", "name": "echo", "arguments": {"message": words}})
            if got.get("ok") == words:
                with said:
                    for one in failures[:1]:
                        print(f"   {self.name}: {len(failures)} calls failed first: {one}")
                return say(True, f"{self.name}: {words} it goes on")
            failures.append(json.dumps(got)[:300])
            time.sleep(0.25)
        say(False, f"{self.name}: {words} it goes on", f"{len(failures)} calls failed: {failures[0]} … {failures[-1]}")

    def begin(self):
        self.began = self.answer(60)
        say(self.began == {"ok": "connected"}, f"{self.name}: connects", json.dumps(self.began)[:600])

    def end(self):
        try:
            self.process.stdin.close()
        except OSError:
            pass  # it has ended, which a check has said
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def each(clients, act):
    threads = [threading.Thread(target=act, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def cancels_heard():
    with open(TRACE, encoding="utf8", errors="replace") as trace:
        return sum('"notifications/cancelled"' in line for line in trace)


def main():
    with open(sys.argv[1], encoding="utf8") as table:
        clients = [Client(line) for line in table if line.strip()]
    each(clients, Client.begin)
    each(clients, Client.check_all)
    wanted = sum("cancel" not in client.without and "tells cancels" not in client.without for client in clients)
    say(cancels_heard() >= wanted, "the server heard of every cancel", f"{cancels_heard()} of {wanted}")
    for what, command in EVENTS:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        say(done.returncode == 0, what, done.stderr)
        each(clients, lambda client, after=what: client.goes_on(after))
    for client in clients:
        client.end()
    sys.exit(1 if failed else 0)


main()
