"""The server behind the gateway: one handshake, one start, bad bytes, death, stops (checks 60 to 76)."""

import json
import os
import subprocess
import time

from mcp_client import Door, Legacy, Modern, Trace, attempt, check, same, text_of, together, until

door = Door.of_environment()
SANDBOX = os.environ["MCP_SANDBOX"]
FIXTURES = os.environ["MCP_FIXTURES"]


def mcpm(*words):
    return subprocess.run(["mcpm", *words], capture_output=True, text=True)


def trace(name):
    return Trace(f"{SANDBOX}/trace.{name}")


def one_handshake():
    clients = [Legacy(door, "/mcp/strict") for _ in range(5)]
    for client in clients:
        same(60, "every client of a strict server is served", "hi", text_of(client.call("echo", {"message": "hi"}).result()))
    same(60, "by one handshake", 1, trace("strict").count("initialize"))
    opened = [line for line in trace("strict").lines() if line.get("method") == "initialize"][0]
    check(60, "with the gateway's own name", opened["params"]["clientInfo"]["name"] != "test", opened)
    names = {client.opened["serverInfo"]["name"] for client in clients}
    same(60, "and every client is told who the server is", {"everything"}, names)


def lenient():
    for name, version in (("older", "2025-03-26"), ("names", "2024-11-05")):
        asked = [line["params"]["protocolVersion"] for line in trace(name).lines() if line.get("method") == "initialize"]
        same(62, f"{name}: a server that refuses our newest version is asked for another", version, asked[-1])
        same(62, f"{name}: and serves", "hi", text_of(Legacy(door, f"/mcp/{name}").call("echo", {"message": "hi"}).result()))
    same(62, "one that names what it speaks is asked for that", 2,
         len([line for line in trace("names").lines() if line.get("method") == "initialize"]))
    same(69, "ids that come back as strings are ours", "hi", text_of(Legacy(door, "/mcp/strings").call("echo", {"message": "hi"}).result()))
    Modern(door, "/mcp/asking").call("ask").result()
    check(57, "a request of a server of 2026-07-28 is refused at once",
          until(lambda: any(line.get("id") == "srv-2" and "error" in line for line in trace("asking").lines())))
    check(57, "and its log says so", until(lambda: "2026-07-28 does not allow: roots/list" in mcpm("logs", "asking").stdout))


def started_by_need():
    mcpm("stop", "slow")
    before = trace("slow").count("initialize") + trace("slow").count("server/discover")
    starting = subprocess.Popen(["mcpm", "start", "slow"])
    until(lambda: "stopped" not in mcpm("status", "slow").stdout)  # the agent has heard it

    def open_and_call(n):
        return lambda: text_of(Legacy(door, "/mcp/slow").call("echo", {"message": str(n)}).result())

    same(61, "clients that come while it starts wait for the one start", ["0", "1", "2", "3"],
         together(*[open_and_call(n) for n in range(4)]))
    starting.wait()
    after = trace("slow").count("initialize") + trace("slow").count("server/discover")
    check(61, "and share one handshake", after - before <= 2, after - before)


def a_server_that_fails():
    mcpm("add", "broken", "--restart", "never", "--", FIXTURES + "/exiter", "3")
    mcpm("start", "broken")

    def try_it():
        client = Legacy(door, "/mcp/broken", open_now=False)
        exchange = client.send("initialize", {"protocolVersion": "2025-11-25", "capabilities": {},
                                              "clientInfo": {"name": "t", "version": "1"}})
        answer = exchange.answer()
        return exchange.status, (answer or {}).get("error", {}).get("message", exchange._text)

    got = together(try_it, try_it)
    check(61, "both clients get the error", all(message for _, message in got), got)
    check(72, "which says why", all("broken" in str(message) for _, message in got), got)
    mcpm("remove", "broken", "--force")


def bad_bytes():
    client = Legacy(door, "/mcp/strict")
    for text in ('{"jsonrpc":"2.0","id":1,\n"method":"tools/call",\n"params":{"name":"echo","arguments":{"message":"two\\nlines"}}}',
                 '{\r\n"jsonrpc":"2.0","id":2,"method":"ping"}'):
        same(64, "newlines between members are served", 200, client.raw(text).status)
    exchange = client.raw('{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"echo","arguments":{"message":"\\ud83d"}}}')
    check(64, "a lone surrogate harms nobody", exchange.status in (200, 400), exchange.status)
    same(64, "the server saw one handshake all the while", 1, trace("strict").count("initialize"))
    same(64, "and is alive", "yes", text_of(client.call("echo", {"message": "yes"}).result()))


def noise():
    client = Legacy(door, "/mcp/legacy")
    for tool, wanted in (("noise", "noisy"), ("twice", "once"), ("unknown_id", "known")):
        exchange = client.call(tool)
        same(69 if tool != "noise" else 66, f"{tool}: the answer is the right one", wanted, text_of(exchange.result()))
        same(69, f"{tool}: and nothing else", [], exchange.notices())
    late = client.call("progress", token=1)
    late.answer()
    same(70, "progress after the answer is dropped", 3, len(late.notices("notifications/progress")))
    text = text_of(client.call("big", {"bytes": 16000000}).result(60))
    same(67, "a line of 16 MB arrives whole", 16000000, len(text))
    too_long = client.call("big", {"bytes": 17000000}).answer(60)
    check(67, "beyond the limit its call fails", too_long and "error" in too_long, str(too_long)[:200])
    same(67, "and the next is served", "next", text_of(client.call("echo", {"message": "next"}).result()))


def death():
    clients = [Legacy(door, "/mcp/legacy") for _ in range(4)]
    modern = Modern(door, "/mcp/legacy")
    exchanges = [client.call("silent") for client in clients] + [modern.call("silent")]
    listener = clients[0].get()
    before = trace("legacy").count("initialize")
    until(lambda: trace("legacy").calls("silent") >= 5)
    clients[1].call("crash").answer()
    answers = [exchange.answer(5) for exchange in exchanges]
    check(71, "every open call of every client gets an error", all(a and "error" in a for a in answers), answers)
    text = json.dumps(answers[0])
    check(71, "a clear one", "legacy" in text or "server" in text, text)
    check(71, "the next call works", until(lambda: try_echo(clients[2]), 20))
    same(71, "behind the client's back: one more handshake", before + 1, trace("legacy").count("initialize"))
    if listener.status == 200:
        heard = []
        while (message := listener.message(1)) is not None:
            heard.append(message.get("method"))
        check(71, "and lists are told to be new", "notifications/tools/list_changed" in heard, heard)


def try_echo(client):
    answer = client.call("echo", {"message": "again"}).answer(10)
    return bool(answer and "result" in answer)


def a_full_pipe():
    frozen = json.loads(mcpm("show", "frozen", "-o", "json").stdout)["pid"]
    client = Legacy(door, "/mcp/frozen")
    other = Legacy(door, "/mcp/legacy")
    os.kill(frozen, 19)
    try:
        text = "z" * 1000000
        exchanges = [client.call("echo", {"message": text}) for _ in range(40)]
        same(65, "other servers are served meanwhile", "free", text_of(other.call("echo", {"message": "free"}).result()))
        late = exchanges[-1].answer(10)
        check(65, "the newest caller of a full queue gets an error", late and "error" in late, str(late)[:200])
    finally:
        os.kill(frozen, 18)
    answer = exchanges[0].answer(30)
    check(65, "the oldest its answer", answer and text_of(answer["result"]) == text, str(answer)[:100])


def sleeping():
    client = Legacy(door, "/mcp/legacy")
    mcpm("stop", "legacy")
    exchange = client.call("echo", {"message": "x"})
    answer = exchange.answer(10)
    check(76, "a call to a server that was stopped says so", answer and "error" in answer and "stopped" in json.dumps(answer), answer)
    mcpm("start", "legacy")
    same(76, "after a start the session goes on", "back", text_of(client.call("echo", {"message": "back"}).result()))
    lazy = Legacy(door, "/mcp/lazy")
    same(76, "a lazy server is woken", "awake", text_of(lazy.call("echo", {"message": "awake"}).result()))
    for _ in range(6):
        time.sleep(1.05)
        same(76, "and again, whenever it sleeps", "awake", text_of(lazy.call("echo", {"message": "awake"}).result()))


def listening_keeps_awake():
    """One listen over several lazy servers holds all of them, and what it asked for is asked of one that sleeps as soon as it wakes."""
    def state(name):
        return json.loads(mcpm("show", name, "-o", "json").stdout)["status"]

    client = Modern(door, "/mcp")
    for name in ("lazy", "lazy2"):
        client.call(f"{name}__echo", {"message": "awake"}).result()
    until(lambda: state("lazy2") == "stopped", 10)
    same(76, "a lazy server sleeps", "stopped", state("lazy2"))
    stream = client.listen(resourceSubscriptions=["mcpm+lazy:test://text", "mcpm+lazy2:test://text"])
    stream.message()
    for name in ("lazy", "lazy2"):
        client.call(f"{name}__echo", {"message": "awake"}).result()
    client.call("legacy__sleep", {"ms": 2500}).result()
    same(76, "what a client listens to does not", ["running", "running"], [state("lazy"), state("lazy2")])
    for name in ("lazy", "lazy2"):
        client.call(f"{name}__touch", {"uri": "test://text"}).result()
        message = stream.message(5)
        same(54, f"{name}: it is heard, as its own", f"mcpm+{name}:test://text", message and message["params"]["uri"])
    stream.close()
    check(76, "when nobody listens any more they sleep", until(lambda: (state("lazy"), state("lazy2")) == ("stopped", "stopped"), 15))


def secrets():
    client = Legacy(door, "/mcp/secret")
    same(77, "a variable reaches its server", "tops3cret", text_of(client.call("env", {"name": "API_KEY"}).result()))
    same(77, "the agent's own do not", "", text_of(client.call("env", {"name": "MCP_SANDBOX"}).result()))
    for words in (("show", "secret"), ("list",), ("why", "secret"), ("logs", "secret"), ("agent", "logs")):
        check(77, f"mcpm {' '.join(words)} does not tell it", "tops3cret" not in mcpm(*words).stdout)


for group in (one_handshake, lenient, started_by_need, a_server_that_fails, bad_bytes, noise, death, a_full_pipe, sleeping, listening_keeps_awake,
              secrets):
    attempt(group)
