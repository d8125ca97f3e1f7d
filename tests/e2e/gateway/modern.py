"""The per-request era (checks 40 to 59), towards servers of both eras."""

import json
import os
import subprocess
import sys

from mcp_client import MODERN, PREFIX, Door, Exchange, Legacy, Modern, Trace, attempt, check, same, text_of, together, until

door = Door.of_environment()
SANDBOX = os.environ["MCP_SANDBOX"]
BOTH = ("modern", "legacy")  # names of servers, which are their eras


def mcpm(*words):
    return subprocess.run(["mcpm", *words], capture_output=True, text=True)


def discovering():
    for name in (*BOTH, "stopped"):
        found = Modern(door, "/mcp/" + name).send("server/discover").result()
        check(40, f"{name}: discover names {MODERN}", MODERN in found["supportedVersions"], found)
        check(40, f"{name}: every version", "2025-11-25" in found["supportedVersions"], found["supportedVersions"])
        check(40, f"{name}: capabilities", "tools" in found["capabilities"], found["capabilities"])
        check(40, f"{name}: how long it holds", found.get("ttlMs", -1) >= 0 and found.get("cacheScope") in ("public", "private"))
        check(40, f"{name}: who it is", found["_meta"][PREFIX + "serverInfo"]["name"])
    same(40, "a stopped server is not started by it", "stopped", status_of("stopped"))


def status_of(name):
    return json.loads(mcpm("show", name, "-o", "json").stdout)["status"]


def envelopes():
    client = Modern(door, "/mcp/modern")
    for key in ("protocolVersion", "clientCapabilities"):
        exchange = client.send("tools/list", meta={PREFIX + key: None})
        same(41, f"without {key}: 400", 400, exchange.status)
        same(41, "-32602", -32602, exchange.error_code())
    same(41, "without clientInfo: 200", 200, client.send("tools/list", meta={PREFIX + "clientInfo": None}).status)
    strange = client.send("tools/list", meta={PREFIX + "protocolVersion": "2099-01-01"},
                          headers={"MCP-Protocol-Version": "2099-01-01"})
    same(42, "an unknown version: 400", 400, strange.status)
    error = strange.answer()["error"]
    same(42, "-32022", -32022, error["code"])
    same(42, "which is said", "2099-01-01", error["data"]["requested"])
    known = client.send("server/discover").result()["supportedVersions"]
    check(42, "with those there are", error["data"]["supported"] and set(error["data"]["supported"]) <= set(known), error)
    for header, wrong, number in (("MCP-Protocol-Version", "2025-11-25", 43), ("Mcp-Method", "tools/list", 44),
                                  ("Mcp-Method", None, 44), ("Mcp-Method", "TOOLS/CALL", 44), ("Mcp-Name", "add", 45),
                                  ("Mcp-Name", None, 45), ("Mcp-Name", "=?base64?!!?=", 45)):
        exchange = client.call("echo", {"message": "x"}, headers={header: wrong})
        same(number, f"{header}: {wrong} gives 400", 400, exchange.status)
        same(number, "-32020", -32020, exchange.error_code())
    # The probe of a client that is not sure yet: noted, not refused.
    same(44, "Mcp-Method: tools/list at server/discover passes", 200,
         client.send("server/discover", headers={"Mcp-Method": "tools/list"}).status)
    for value in ("=?base64?ZWNobw==?=", "  echo  ", "echo"):
        same(45, f"Mcp-Name: {value!r} passes", 200, client.call("echo", {"message": "x"}, headers={"Mcp-Name": value}).status)


def header_parameters():
    for name in BOTH:
        client = Modern(door, "/mcp/" + name)
        client.send("tools/list").result()
        for arguments, headers, wanted in (
                ({"region": "eu"}, {"Mcp-Param-Region": "eu"}, 200),
                ({"region": "eu"}, {"mcp-param-region": "=?base64?ZXU=?="}, 200),
                ({"region": "eu"}, {}, 400), ({"region": "eu"}, {"Mcp-Param-Region": "us"}, 400),
                ({"region": "eu"}, {"Mcp-Param-Region": "=?base64?ZXU?="}, 400),
                ({"shard": 7}, {"Mcp-Param-Shard": "7"}, 200), ({"shard": 7}, {"Mcp-Param-Shard": "8"}, 400), ({}, {}, 200), ({"region": None}, {}, 200),
                ({"note": "n"}, {}, 200)):
            exchange = client.call("test_header_param", arguments, headers=headers)
            same(46, f"{name}: {arguments} with {headers}: {wanted}", wanted, exchange.status)
            if wanted == 400:
                same(46, "-32020", -32020, exchange.error_code())


def methods():
    client = Modern(door, "/mcp/modern")
    for method in ("initialize", "ping", "logging/setLevel", "resources/subscribe", "unknown/method"):
        exchange = client.send(method, ident="the-id")
        same(47, f"{method}: 404", 404, exchange.status)
        answer = exchange.answer()
        same(47, "-32601 with the id", (-32601, "the-id"), (answer["error"]["code"], answer.get("id")))
    for method in ("GET", "DELETE"):
        exchange = Exchange(door, method, client.path, None, {"Accept": "text/event-stream", "MCP-Protocol-Version": MODERN})
        same(48, f"{method} without a session: 405", 405, exchange.status)
    exchange = client.send("tools/list", headers={"Mcp-Session-Id": "made-up", "Last-Event-ID": "7"})
    same(48, "a session id is not looked at", 200, exchange.status)
    check(48, "nor given", exchange.header("Mcp-Session-Id") is None)


def results():
    for name in BOTH:
        client = Modern(door, "/mcp/" + name)
        for method, params in (("tools/list", {}), ("prompts/list", {}), ("resources/list", {}),
                               ("resources/templates/list", {}), ("resources/read", {"uri": "test://text"})):
            result = client.send(method, params).result()
            same(49, f"{name}: {method} has a resultType", "complete", result.get("resultType"))
            check(50, f"{name}: and how long it holds", result.get("ttlMs", -1) >= 0 and
                  result.get("cacheScope") in ("public", "private"), result.get("cacheScope"))
        result = client.call("echo", {"message": "x"}).result()
        same(49, f"{name}: a call's too", "complete", result.get("resultType"))
        check(49, f"{name}: and the server's name", name == "modern" or
              result.get("_meta", {}).get(PREFIX + "serverInfo", {}).get("name") == "everything", result)
        missing = client.send("resources/read", {"uri": "test://nothing"}).answer()["error"]
        same(50, f"{name}: no such resource is -32602", -32602, missing["code"])


def input_required():
    client = Modern(door, "/mcp/modern", {"elicitation": {}})
    first = client.call("test_input_required_result_request_state").result()
    same(51, "input_required passes", "input_required", first["resultType"])
    check(51, "with its state", first["requestState"].startswith("confirm."), first)
    answers = {"confirm": {"action": "accept", "content": {"ok": True}}}
    done = client.call("test_input_required_result_request_state", inputResponses=answers,
                       requestState=first["requestState"]).result()
    same(51, "the retry is understood", "state-ok", text_of(done))
    none = Modern(door, "/mcp/modern").call("test_input_required_result_elicitation")
    same(52, "a caller that cannot be asked: 400", 400, none.status)
    error = none.answer()["error"]
    same(52, "-32021 with what it lacks", (-32021, {"elicitation": {}}), (error["code"], error["data"]["requiredCapabilities"]))


def parked_calls():
    """A handshake-era server asks during the call of a client that can only be asked by its result."""
    client = Modern(door, "/mcp/legacy", {"elicitation": {}, "sampling": {}})
    trace = Trace(f"{SANDBOX}/trace.legacy")
    accept = {"action": "accept", "content": {"response": "yes"}}
    for tool, method, reply in (("test_elicitation", "elicitation/create", accept), ("test_elicitation", "elicitation/create", {"action": "decline"}),
                                ("test_sampling", "sampling/createMessage",
                                 {"role": "assistant", "content": {"type": "text", "text": "m"}, "model": "m"})):
        calls = trace.calls(tool)
        asked = client.call(tool, {"message": "m"})
        given = asked.result()
        same(51, f"{tool}: the call comes back for input", "input_required", given["resultType"])
        check(57, "and no request is sent to the client", not [m for m in asked.seen if "method" in m and "id" in m], asked.seen)
        (key, question), = given["inputRequests"].items()
        same(51, "with the server's question", method, question["method"])
        check(51, "whole", "requestedSchema" in question["params"] or "messages" in question["params"], question)
        done = client.call(tool, {"message": "m"}, inputResponses={key: reply}, requestState=given["requestState"]).result()
        same(51, "the answer comes to the server as it was", True, json.loads(text_of(done)) in ({"form": reply}, {"sample": reply}))
        same(51, "a whole result", "complete", done["resultType"])
        same(51, "the server was called once", calls + 1, trace.calls(tool))
        again = client.call(tool, {"message": "m"}, inputResponses={key: reply}, requestState=given["requestState"])
        same(51, "and is answered once", -32602, again.error_code())
    same(51, "even so", calls + 1, trace.calls("test_sampling"))


def parked_otherwise():
    client = Modern(door, "/mcp/legacy", {"elicitation": {}, "sampling": {}})
    trace = Trace(f"{SANDBOX}/trace.legacy")
    accept = {"action": "accept", "content": {"response": "yes"}}
    several = "test_input_required_result_multiple_inputs"
    given = client.call(several).result()
    same(51, "what is asked in one breath comes at once", ["elicitation/create", "sampling/createMessage"],
         sorted(question["method"] for question in given["inputRequests"].values()))
    keys = {question["method"]: key for key, question in given["inputRequests"].items()}
    name = {"action": "accept", "content": {"name": "Ada"}}
    rest = client.call(several, inputResponses={keys["elicitation/create"]: name}, requestState=given["requestState"]).result()
    same(51, "what was not answered is asked again", [keys["sampling/createMessage"]], list(rest["inputRequests"]))
    check(51, "under another state", rest["requestState"] != given["requestState"])
    wrong = client.call("echo", {"message": "x"}, inputResponses={}, requestState=rest["requestState"])
    same(51, "another tool's call does not take it over", -32602, wrong.error_code())
    greeting = {"role": "assistant", "content": {"type": "text", "text": "hello"}, "model": "m"}
    done = client.call(several, inputResponses={keys["sampling/createMessage"]: greeting}, requestState=rest["requestState"])
    said = json.loads(text_of(done.result()))
    same(51, "all answers arrive", (name, greeting, {"roots": []}), (said["user_name"], said["greeting"], said["client_roots"]))
    same(51, "in one call", 1, trace.calls(several))
    stream = client.call("test_streaming_elicitation", token="t")
    given = stream.result()
    same(51, "after progress the result is one too", "input_required", given["resultType"])
    same(51, "and the progress came", 1, len(stream.notices("notifications/progress")))
    same(88, "while it is parked, another call of the same credential can be asked", "input_required",
         Modern(door, "/mcp/legacy", {"elicitation": {}}).call("test_elicitation").result()["resultType"])
    for wrong in (None, 7, []):
        bad = client.call("test_streaming_elicitation", inputResponses=wrong, requestState=given["requestState"])
        same(51, f"answers that are {wrong}: -32602", -32602, bad.error_code())
    (key, question), = given["inputRequests"].items()
    done = client.call("test_streaming_elicitation", inputResponses={key: accept}, requestState=given["requestState"]).result()
    check(51, "the parked one goes on", "yes" in text_of(done), done)
    mute = Modern(door, "/mcp/legacy").call("test_elicitation")
    result = mute.result()
    same(52, "a client without the capability is not asked", "complete", result["resultType"])
    check(52, "and the server hears so", "cancel" in text_of(result), result)
    restarted = client.call("test_elicitation").result()
    (key, question), = restarted["inputRequests"].items()
    same(51, "the server starts again", 0, mcpm("restart", "legacy").returncode)
    late = client.call("test_elicitation", inputResponses={key: accept}, requestState=restarted["requestState"])
    check(51, "and the call it was parked at has failed", "error" in late.answer(), late.seen)


def nobody_returns():
    """The agent gives a call a second for its input."""
    client = Modern(door, "/mcp/legacy", {"elicitation": {}})
    trace = Trace(f"{SANDBOX}/trace.legacy")
    before = trace.count("notifications/cancelled")
    given = client.call("test_elicitation").result()
    same(51, "a call is parked", "input_required", given["resultType"])
    check(51, "nobody comes back: it is cancelled at the server", until(lambda: trace.count("notifications/cancelled") > before))
    late = client.call("test_elicitation", inputResponses={key: {"action": "decline"} for key in given["inputRequests"]},
                       requestState=given["requestState"])
    same(51, "whose answer is too late then", -32602, late.error_code())
    same(51, "a new call is asked anew", "input_required", client.call("test_elicitation").result()["resultType"])


def listening():
    for name in BOTH:
        client = Modern(door, "/mcp/" + name)
        trace = Trace(f"{SANDBOX}/trace.{name}")
        streams = [client.listen(toolsListChanged=True) for _ in range(5)]
        narrow = client.listen(promptsListChanged=True)
        updates = client.listen(resourceSubscriptions=["test://text"])
        for stream in (*streams, narrow, updates):
            message = stream.message()
            same(53, f"{name}: the acknowledgement comes first", "notifications/subscriptions/acknowledged", message["method"])
        same(53, f"{name}: with what is granted", {"toolsListChanged": True}, streams[0].seen[0]["params"]["notifications"])
        client.call("grow").result()
        client.call("touch", {"uri": "test://text"}).result()
        client.call("touch", {"uri": "test://other"}).result()
        for number, stream in enumerate(streams):
            message = stream.message(5)
            same(53, f"{name}: listener {number} hears it", "notifications/tools/list_changed", message and message["method"])
            same(53, "with its own id", number + 1, message and message["params"]["_meta"][PREFIX + "subscriptionId"])
        message = updates.message(5)
        same(94, f"{name}: a change of a resource", "test://text", message and message["params"]["uri"])
        check(53, f"{name}: nothing that was not asked for", narrow.message(0.3) is None and updates.message(0.1) is None,
              narrow.seen[1:] + updates.seen[2:])
        check(54, f"{name}: one listen upstream", trace.count("subscriptions/listen") <= 3, trace.count("subscriptions/listen"))
        for stream in (*streams, narrow, updates):
            stream.close()


def a_restart():
    client = Modern(door, "/mcp/modern")
    stream = client.listen(toolsListChanged=True)
    stream.message()
    before = mcpm("restart", "modern")
    check(54, "the server restarts", before.returncode == 0, before.stderr)
    client.call("echo", {"message": "up"}).result()
    client.call("grow").result()
    methods_heard = []
    while (message := stream.message(2)) is not None:
        methods_heard.append(message.get("method"))
    check(54, "a listen outlives its server", "notifications/tools/list_changed" in methods_heard, methods_heard)
    mcpm("stop", "modern")
    ended = stream.answer(5)
    check(54, "a stop ends it with a result, or it stays for the next start", ended is None or "result" in ended, ended)
    mcpm("start", "modern")


def leaving():
    client = Modern(door, "/mcp/modern")
    trace = Trace(f"{SANDBOX}/trace.modern")
    before = trace.count("notifications/cancelled")
    calls = trace.calls("silent")
    exchange = client.call("silent")
    check(55, "the call is at the server", until(lambda: trace.calls("silent") > calls))
    exchange.close()
    check(55, "closing its stream cancels it there", until(lambda: trace.count("notifications/cancelled") > before, 5))


def log_level():
    for name in BOTH:
        client = Modern(door, "/mcp/" + name)
        for tool in ("test_tool_with_logging", "log"):
            exchange = client.call(tool, {"level": "error", "text": "x"})
            exchange.answer()
            same(56, f"{name}: {tool} without a level says nothing", [], exchange.notices("notifications/message"))
        exchange = client.send("tools/call", {"name": "log", "arguments": {"level": "error", "text": "heard"}},
                               meta={PREFIX + "logLevel": "warning"})
        exchange.answer()
        same(56, f"{name}: with one it does", ["heard"], [m["params"]["data"] for m in exchange.notices("notifications/message")])


def tasks():
    able = {"extensions": {PREFIX + "tasks": {}}, "elicitation": {}}
    client = Modern(door, "/mcp/modern", able)
    created = client.call("slow_compute", {"seconds": 60}).result()
    same(58, "a call becomes a task", "task", created["resultType"])
    task = created["taskId"]
    same(58, "which can be looked at", "working", client.send("tasks/get", {"taskId": task}).result()["status"])
    same(58, "Mcp-Name is its id", -32020, client.send("tasks/get", {"taskId": task}, headers={"Mcp-Name": "x"}).error_code())
    other = Modern(door, "/mcp/both", able)
    same(58, "another server knows nothing of it", -32602, other.send("tasks/get", {"taskId": task}).error_code())
    client.send("tasks/cancel", {"taskId": task}).result()
    same(58, "it can be cancelled", "cancelled", client.send("tasks/get", {"taskId": task}).result()["status"])
    asking = client.call("confirm_delete").result()["taskId"]
    client.send("tasks/update", {"taskId": asking, "inputResponses": {"sure": {"action": "accept", "content": {"confirm": True}}}}).result()
    same(58, "and answered", "completed", client.send("tasks/get", {"taskId": asking}).result()["status"])


def both_eras():
    for name in BOTH:
        old, new = Legacy(door, "/mcp/" + name), Modern(door, "/mcp/" + name)

        def ask(client, number):
            return lambda: text_of(client.call("echo", {"message": f"{number}"}, ident=number).result())

        got = together(*[ask(old if number % 2 else new, number) for number in range(30)])
        same(59, f"{name}: requests of both eras interleave", [str(number) for number in range(30)], got)
    link = door.socket()
    first = Modern(door, "/mcp/both").send("tools/list", link=link)
    first.text()
    second = Legacy(door, "/mcp/both", open_now=False).raw(
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},'
        '"clientInfo":{"name":"t","version":"1"}}}', link=link)
    same(59, "on one connection too", (200, 200), (first.status, second.status))
    trace = Trace(f"{SANDBOX}/trace.both")
    seen = {line.get("method") for line in trace.lines()}
    check(63, "a server of both eras sees one", not {"server/discover", "initialize"} <= seen, seen)


if sys.argv[1:] == ["nobody-returns"]:
    attempt(nobody_returns)
    sys.exit()
for group in (discovering, envelopes, header_parameters, methods, results, input_required, parked_calls, listening, a_restart,
              leaving, log_level, tasks, both_eras, parked_otherwise):
    attempt(group)
