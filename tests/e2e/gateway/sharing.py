"""One process and many clients (checks 79 to 98)."""

import json
import os
import time

from mcp_client import Door, Legacy, Modern, Trace, attempt, check, same, text_of, together, until
from workspaces import workspace_groups

door = Door.of_environment()
SANDBOX = os.environ["MCP_SANDBOX"]
PATH = "/mcp/plain"
trace = Trace(SANDBOX + "/trace.plain")


def drain(stream, wait=0.4):
    found = []
    while (message := stream.message(wait)) is not None:
        found.append(message)
    return found


def equal_ids():
    clients = [Legacy(door, PATH) for _ in range(6)] + [Modern(door, PATH) for _ in range(2)]
    exchanges = [client.call("sleep" if n % 2 else "echo", {"ms": 300, "message": f"c{n}"}, ident=1)
                 for n, client in enumerate(clients)]
    same(79, "one id of eight clients: each has its own answer", ["slept" if n % 2 else f"c{n}" for n in range(8)],
         [text_of(exchange.result()) for exchange in exchanges])
    same(60, "in one process", 1, len({text_of(client.call("pid").result()) for client in clients}))


def kinds_of_ids():
    for client in (Legacy(door, PATH), Modern(door, PATH)):
        for ident in (7, "7", 0, -1, 9007199254740991, -9007199254740991, "x" * 4000, "ü\n\"\\", ""):
            answer = client.call("echo", {"message": "m"}, ident=ident).answer()
            check(80, f"{str(ident)[:20]!r} comes back as it was", answer["id"] == ident and type(answer["id"]) is type(ident),
                  str(answer)[:200])
        error = client.send("tools/call", {"name": "no-such-tool"}, ident="e").answer()
        same(80, "with an error too", "e", error["id"])


def the_same_id_twice():
    client = Legacy(door, PATH)
    exchanges = [client.call("sleep", {"ms": 300}, ident=1), client.call("echo", {"message": "second"}, ident=1),
                 client.call("echo", {"message": "third"}, ident=1)]
    same(81, "one id three times in one session: each exchange has its own answer", ["slept", "second", "third"],
         [text_of(exchange.result()) for exchange in exchanges])


def progress_tokens():
    clients = [Legacy(door, PATH), Legacy(door, PATH), Modern(door, PATH)]
    exchanges = [client.call("test_tool_with_progress", token=5) for client in clients]
    for exchange in exchanges:
        exchange.answer()
        found = exchange.notices("notifications/progress")
        same(82, "one token of three clients: three notices each", [0, 50, 100], [m["params"]["progress"] for m in found])
        check(82, "an integer stays one", all(m["params"]["progressToken"] == 5 and
                                              isinstance(m["params"]["progressToken"], int) for m in found), found)
    text = clients[0].call("test_tool_with_progress", token="5")
    text.answer()
    same(82, "and a string a string", {"5"}, {m["params"]["progressToken"] for m in text.notices("notifications/progress")})
    silent = clients[0].call("test_tool_with_progress")
    silent.answer()
    same(82, "no token, no progress", [], silent.notices())
    wild = clients[0].call("progress", token="w")
    wild.answer()
    same(83, "only what grows is passed", [1, 2.5, 3], [m["params"]["progress"] for m in wild.notices()])


def cancelling():
    first, second = Legacy(door, PATH), Legacy(door, PATH)
    before = trace.count("notifications/cancelled")
    calls = trace.calls("sleep")
    mine = first.call("sleep", {"ms": 1200}, ident=50)
    theirs = second.call("sleep", {"ms": 1200}, ident=50)
    until(lambda: trace.calls("sleep") == calls + 2)
    same(84, "a cancel is 202", 202, first.notify("notifications/cancelled", {"requestId": 50, "reason": "enough"}))
    same(84, "the other client's call of that id goes on", "slept", text_of(theirs.result()))
    same(84, "one was cancelled upstream", before + 1, trace.count("notifications/cancelled"))
    check(85, "the cancelled one has no result", "result" not in (mine.answer(0.5) or {}), mine.seen)
    for wrong in (50, 51, "50", None, [1], {"a": 1}):
        same(84, f"a cancel of {wrong!r} does nothing: 202 or 400", True,
             first.notify("notifications/cancelled", {"requestId": wrong}) in (202, 400))
    same(84, "upstream too", before + 1, trace.count("notifications/cancelled"))
    fresh = Legacy(door, PATH, open_now=False)
    opened = fresh.send("initialize", {"protocolVersion": "2025-11-25", "capabilities": {},
                                       "clientInfo": {"name": "t", "version": "1"}}, ident=1)
    fresh.session = opened.header("Mcp-Session-Id")
    fresh.notify("notifications/cancelled", {"requestId": 1})
    check(85, "a cancel of initialize is ignored", "result" in opened.answer())


def bytes_survive():
    client = Legacy(door, PATH)
    exchange = client.call("exact", ident=3)
    exchange.answer()
    raw = exchange.events[-1][1] if exchange.is_stream else exchange.text()
    for part in ('"z":1.0', '"a":9223372036854775807', r'"s":"\u00e9\/'):
        check(87, f"{part} as it came", part in raw, raw)
    check(87, "in its order", -1 < raw.find('"z"') < raw.find('"a"') < raw.find('"s"'), raw)
    body = ('{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"json_schema_2020_12_tool","arguments":'
            '{"n":1.0,"big":123456789012345678901234567890,"e":1e400,"d":"\\u00fc","k":{"b":1,"a":2}},"more":{"x":[]},'
            '"_meta":{"vendor/x":{"y":1}}}}')
    sent = text_of(client.raw(body).result())
    same(87, "arguments as they were", '{"n":1.0,"big":123456789012345678901234567890,"e":1e400,"d":"\\u00fc","k":{"b":1,"a":2}}', sent)
    line = [line for line in open(trace.path, encoding="utf-8") if "vendor/x" in line][-1]
    check(87, "unknown members and _meta too", '"more":{"x":[]}' in line and '"vendor/x":{"y":1}' in line, line)


def questions():
    able = {"elicitation": {}, "sampling": {}, "roots": {}}
    alone = Legacy(door, "/mcp/shy", capabilities=able)
    for tool, method, reply in (("test_elicitation", "elicitation/create", {"action": "accept", "content": {"response": "a1"}}),
                                ("test_elicitation", "elicitation/create", {"action": "decline"}),
                                ("test_elicitation", "elicitation/create", {"action": "cancel"}),
                                ("test_sampling", "sampling/createMessage",
                                 {"role": "assistant", "content": {"type": "text", "text": "m1"}, "model": "m"})):
        exchange = alone.call(tool, {"message": "m", "prompt": "p"})
        question = exchange.message(10)
        if not same(88, f"the sole caller of {tool} is asked", method, question and question.get("method")):
            continue
        same(88, "its answer is taken: 202", 202, alone.respond(question["id"], reply))
        said = text_of(exchange.result(10))
        check(91, f"and comes to the server as it was ({reply.get('action', '')})",
              json.loads(said) in ({"form": reply}, {"sample": reply}), said)
    roots = alone.call("test_input_required_result_list_roots")
    same(88, "a shared process is in nobody's workspace", {"client_roots": {"roots": []}}, json.loads(text_of(roots.result(10))))
    exchange = alone.call("test_elicitation")
    question = exchange.message(10)
    alone.respond(question["id"], error={"code": -32000, "message": "no window"})
    check(88, "an error is an answer too", "no window" in text_of(exchange.result(10)), exchange.seen)


def two_callers():
    able = {"elicitation": {}}
    first, second = (Legacy(door, "/mcp/shy", capabilities=able) for _ in range(2))
    streams = [client.get() for client in (first, second)]
    busy = second.call("sleep", {"ms": 2500})
    until(lambda: Trace(SANDBOX + "/trace.shy").calls("sleep") > 0)
    start = time.monotonic()
    exchange = first.call("test_elicitation", {"message": "who?"})
    answer = exchange.answer(10)
    check(89, "with two callers a question is refused, and the call ends", answer is not None, exchange.seen)
    check(89, "before the other one's", time.monotonic() - start < 2.4 and busy.message(0.01) is None)
    check(88, "nobody was asked", not [m for m in exchange.seen + busy.seen if m.get("method") == "elicitation/create"])
    for stream in streams:
        if stream.status == 200:
            check(88, "nor on a GET stream", not [m for m in drain(stream, 0.1) if "id" in m and "method" in m], stream.seen)
        stream.close()
    busy.result()
    mute = Legacy(door, "/mcp/shy")
    exchange = mute.call("test_elicitation")
    check(88, "a client without the capability is never asked",
          exchange.answer(10) is not None and not [m for m in exchange.seen if "method" in m and "id" in m], exchange.seen)
    idle = Legacy(door, "/mcp/shy", capabilities=able)
    exchange = idle.call("test_elicitation")
    question = exchange.message(10)
    wrong = second.respond(question["id"], {"action": "accept", "content": {"response": "stolen"}})
    check(88, "another session's answer is not taken", wrong in (202, 400, 404), wrong)
    idle.respond(question["id"], {"action": "accept", "content": {"response": "mine"}})
    check(88, "only the asked one's", "mine" in text_of(exchange.result(10)), exchange.seen)


def pings():
    client = Legacy(door, PATH)
    before = trace.count("ping")
    same(90, "a client's ping is answered", {}, client.send("ping").result())
    same(90, "without the server", before, trace.count("ping"))
    asked = client.call("ask")
    asked.answer()
    check(90, "a server's ping is answered without the client", not [m for m in asked.seen if m.get("method") == "ping"])
    check(90, "with a result", until(lambda: any(line.get("id") == "srv-1" and "result" in line for line in trace.lines())))
    check(89, "its roots/list at once", until(lambda: any(line.get("id") == "srv-2" for line in trace.lines())))


def levels_upstream():
    return [line["params"]["level"] for line in trace.lines() if line.get("method") == "logging/setLevel"]


def logs():
    first, second = Legacy(door, PATH), Legacy(door, PATH)
    streams = [client.get() for client in (first, second)]
    exchange = first.call("log", {"level": "error", "text": "only the first"})
    exchange.answer()
    other = drain(streams[1])
    check(92, "a log line of one client's call reaches no other", not other, other)
    until(lambda: False, 0.2)
    busy = second.call("sleep", {"ms": 700})
    until(lambda: trace.calls("sleep") > 0)
    exchange = first.call("log", {"level": "error", "text": "whose?"})
    exchange.answer()
    busy.answer()
    found = [m for m in busy.seen + drain(streams[1], 0.2) if m.get("method") == "notifications/message"]
    check(92, "with two callers it reaches no stranger", not found, found)
    first.send("logging/setLevel", {"level": "error"}).result()
    second.send("logging/setLevel", {"level": "debug"}).result()
    check(93, "the most verbose wish is upstream", until(lambda: levels_upstream()[-1:] == ["debug"]), levels_upstream())
    quiet = first.call("log", {"level": "info", "text": "too quiet"})
    quiet.answer()
    loud = second.call("log", {"level": "info", "text": "loud enough"})
    loud.answer()
    same(93, "each client has its own filter", (0, 1), (len(quiet.notices("notifications/message")) +
         len([m for m in drain(streams[0], 0.2) if m.get("params", {}).get("data") == "too quiet"]),
         len(loud.notices("notifications/message") + [m for m in drain(streams[1], 0.2) if m.get("params", {}).get("data") == "loud enough"])))
    same(93, "an unknown level is -32602", -32602, first.send("logging/setLevel", {"level": "shout"}).error_code())
    second.delete()
    check(93, "who leaves lowers it", until(lambda: levels_upstream()[-1:] == ["error"]), levels_upstream())


def subscriptions():
    first, second = Legacy(door, PATH), Legacy(door, PATH)
    streams = [client.get() for client in (first, second)]
    uri = {"uri": "test://watched-resource"}
    for client in (first, second):
        same(94, "subscribing", {}, client.send("resources/subscribe", uri).result())
    same(94, "is once upstream", 1, trace.count("resources/subscribe", **uri))
    first.call("touch", uri).answer()
    for number, stream in enumerate(streams):
        message = stream.message(5)
        same(94, f"subscriber {number} hears of it", uri["uri"], message and message.get("params", {}).get("uri"))
    first.send("resources/unsubscribe", uri).result()
    same(94, "one leaves: still subscribed upstream", 0, trace.count("resources/unsubscribe", **uri))
    second.call("touch", uri).answer()
    check(94, "who left hears nothing", streams[0].message(0.4) is None, streams[0].seen)
    check(94, "who stays does", streams[1].message(5) is not None)
    second.delete()
    check(94, "the last one's end releases it", until(lambda: trace.count("resources/unsubscribe", **uri) == 1, 5))


def changes_of_lists():
    clients = [Legacy(door, PATH) for _ in range(3)]
    streams = [client.get() for client in clients]
    size = len(clients[0].send("tools/list").result()["tools"])
    together(*[lambda c=client: c.call("grow").result() for client in clients * 3])
    for number, stream in enumerate(streams):
        found = [m for m in drain(stream, 1.0) if m.get("method") == "notifications/tools/list_changed"]
        check(95, f"client {number} hears of nine changes, joined", 1 <= len(found) <= 4, len(found))
    same(95, "and lists anew", size + 9, len(clients[1].send("tools/list").result()["tools"]))


def per_client():
    first = Legacy(door, "/mcp/own", capabilities={"roots": {}, "elicitation": {}})
    second = Legacy(door, "/mcp/own")
    pids = [text_of(client.call("pid").result()) for client in (first, second)]
    check(96, "each client has a process", pids[0] != pids[1], pids)
    busy = second.call("sleep", {"ms": 1500})
    exchange = first.call("test_input_required_result_list_roots")
    question = exchange.message(10)
    same(96, "whose questions reach it, however busy others are", "roots/list", question and question.get("method"))
    first.respond(question["id"], {"roots": [{"uri": "file:///mine"}]})
    check(96, "with its own roots", "file:///mine" in text_of(exchange.result(10)), exchange.seen)
    busy.result()
    opened = [line["params"]["capabilities"] for line in Trace(SANDBOX + "/trace.own").lines() if line.get("method") == "initialize"]
    check(96, "and its own capabilities", any("roots" in c for c in opened) and any("roots" not in c for c in opened), opened)
    first.delete()
    check(96, "its process ends with its session", until(lambda: not os.path.exists(f"/proc/{pids[0]}"), 15))
    same(96, "and no other", pids[1], text_of(second.call("pid").result()))


def errors_in_a_session():
    """Clients take 404 for the end of their session, and 400 for a broken connection."""
    mute = Legacy(door, "/mcp/own2")
    exchange = mute.call("test_input_required_result_elicitation")
    same(52, "input that the client cannot give: 200 and -32021", (200, -32021), (exchange.status, exchange.error_code()))
    for path in ("/mcp", PATH):
        client = Legacy(door, path)
        for method in ("no/such", "tasks/list", "server/discover", "subscriptions/listen"):
            exchange = client.send(method, {})
            same(47, f"{path}: {method} in a session: 200", 200, exchange.status)
            check(47, "with an error", exchange.error_code() is not None, exchange.seen)


def the_rest():
    for client in (Legacy(door, PATH), Modern(door, PATH)):
        found = client.send("completion/complete", {"ref": {"type": "ref/prompt", "name": "greet"},
                                                    "argument": {"name": "who", "value": "A"}}).result()
        same(97, "completion", ["Ada", "Alan"], found["completion"]["values"])
        prompt = client.send("prompts/get", {"name": "greet", "arguments": {"who": "Ada"}}).result()
        same(97, "a prompt", "Ada", prompt["messages"][0]["content"]["text"])
        item = client.send("resources/read", {"uri": "test://item/42"}).result()
        same(97, "a template's resource", "the text of test://item/42", item["contents"][0]["text"])
        error = client.call("rpc_error").answer()["error"]
        same(97, "an error as it was", {"code": -50 - 32000, "message": "no such luck", "data": {"why": [1, 2]}}, error)


def a_stuck_client():
    stuck, quick = Legacy(door, PATH), Legacy(door, PATH)
    stuck.get()
    exchanges = [stuck.call("big", {"bytes": 8000000}) for _ in range(8)]
    start = time.monotonic()
    for number in range(50):
        quick.call("echo", {"message": str(number)}).result()
    check(98, "a client that does not read delays no one", time.monotonic() - start < 15)
    for exchange in exchanges:
        exchange.close()


groups = (equal_ids, kinds_of_ids, the_same_id_twice, progress_tokens, cancelling, bytes_survive, questions, two_callers, pings,
          logs, subscriptions, changes_of_lists, per_client, *workspace_groups,
          errors_in_a_session, the_rest, a_stuck_client)
for group in groups:
    attempt(group)
