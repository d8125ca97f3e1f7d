"""Whose workspace a process is in: servers that ask their clients for roots (check 96; of sharing.py)."""

import json
import os
import subprocess

from mcp_client import Door, Legacy, Modern, Trace, check, same, text_of, until

door = Door.of_environment()
SANDBOX = os.environ["MCP_SANDBOX"]
ROOTS = {"roots": [{"uri": "file:///client/folder", "name": "folder"}]}


def workspaces():
    """sharing: auto, on a server that is seen to ask for roots."""
    able = [Legacy(door, "/mcp/rooted", capabilities={"roots": {}}) for _ in range(2)]
    plain = Legacy(door, "/mcp/rooted")

    def process_of(client):
        return text_of(client.call("pid").result())

    shared = process_of(plain)
    same(96, "before it asks, all share one process", [shared, shared], [process_of(client) for client in able])
    plain.call("ask").result()
    pids = [process_of(client) for client in able]
    same(96, "after it asked, each client with roots has its own", 3, len({shared, *pids}))
    same(96, "and the others share", shared, process_of(plain))
    same(96, "and stay there", pids, [process_of(client) for client in able])
    exchange = able[0].call("test_input_required_result_list_roots")
    question = exchange.message(10)
    same(96, "its questions reach it", "roots/list", question and question.get("method"))
    able[0].respond(question["id"], {"roots": [{"uri": "file:///work"}]})
    check(96, "with its workspace", "file:///work" in text_of(exchange.result(10)), exchange.seen)
    streams = [client.get() for client in able]
    for client in able:
        client.send("resources/subscribe", {"uri": "test://text"}).result()
    able[1].call("touch", {"uri": "test://text"}).result()
    message = streams[1].message(5)
    same(94, "it hears of its own process's resources", "notifications/resources/updated", message and message.get("method"))
    others = iter(lambda: streams[0].message(0.2), None)
    check(94, "and of no other's", not any(m.get("method") == "notifications/resources/updated" for m in others))
    modern = Modern(door, "/mcp/rooted")
    same(96, "a client without a session shares", shared, text_of(modern.call("pid").result()))
    modern = Modern(door, "/mcp/rooted", capabilities={"roots": {}})
    check(96, "each call of one that has roots has its own", text_of(modern.call("pid").result()) not in (shared, *pids))
    asked = modern.call("test_input_required_result_list_roots").result()
    questions = asked.get("inputRequests", {})
    same(96, "which asks for them where it needs them", ("input_required", ["roots/list"]),
         (asked["resultType"], [one["method"] for one in questions.values()]))
    answers = {key: {"roots": [{"uri": "file:///modern"}]} for key in questions}
    answered = modern.call("test_input_required_result_list_roots", inputResponses=answers, requestState=asked.get("requestState"))
    check(96, "and gets them", "file:///modern" in text_of(answered.result(10)), answered.seen)
    restarted = subprocess.run(["mcpm", "restart", "rooted"], capture_output=True, text=True)
    same(96, "the server starts again", 0, restarted.returncode)
    late = Legacy(door, "/mcp/rooted", capabilities={"roots": {}})
    check(96, "what it asks for is not forgotten", process_of(late) != process_of(plain))
    mine = process_of(late)
    late.delete()
    check(96, "a process ends with its session", until(lambda: not os.path.exists(f"/proc/{mine}"), 15))


def first_calls():
    """On a server that asks for roots as soon as it is open, as the official file system server does."""
    plain = Legacy(door, "/mcp/wanders")
    same(96, "nobody's process is in no workspace", {"roots": []}, json.loads(text_of(plain.call("workspace").result())))
    able = Legacy(door, "/mcp/wanders", capabilities={"roots": {}})
    stream = able.get()
    question = stream.message(10)
    same(96, "a client with roots is asked before its first call", "roots/list", question and question.get("method"))
    early = able.call("workspace")
    check(96, "which waits for the answer", early.message(0.5) is None, early.seen)
    able.respond(question["id"], ROOTS)
    same(96, "and is made in its workspace", ROOTS, json.loads(text_of(early.result(10))))
    stream.close()
    blind = Legacy(door, "/mcp/wanders", capabilities={"roots": {}})
    exchange = blind.call("workspace")
    question = exchange.message(10)
    same(96, "one that reads no GET stream is asked on its call's", "roots/list", question and question.get("method"))
    blind.respond(question["id"], ROOTS)
    same(96, "and has its workspace too", ROOTS, json.loads(text_of(exchange.result(10))))
    second = blind.call("workspace")
    same(96, "it is asked once", ROOTS, json.loads(text_of(second.result(10))))
    check(96, "and no more", not [m for m in second.seen if "method" in m], second.seen)
    refuses = Legacy(door, "/mcp/wanders", capabilities={"roots": {}})
    exchange = refuses.call("workspace")
    question = exchange.message(10)
    refuses.respond(question["id"], error={"code": -32603, "message": "no window"})
    check(96, "a refusal is an answer", "result" in (exchange.answer(10) or {}), exchange.seen)


def roots_in_many():
    able = Legacy(door, "/mcp", capabilities={"roots": {}})
    stream = able.get()
    able.send("tools/list").result()
    question = stream.message(10)
    same(96, "of many servers as one, who asks does so at the first list", "roots/list", question and question.get("method"))
    able.respond(question["id"], ROOTS)
    same(96, "and the first call knows", ROOTS, json.loads(text_of(able.call("wanders__workspace").result(10))))
    stream.close()


def roots_of_one_call():
    for path, tool in (("/mcp/wanders", "workspace"), ("/mcp", "wanders__workspace")):
        client = Modern(door, path, capabilities={"roots": {}})
        asked = client.call(tool).result(10)
        same(96, f"{path}: without a session the call is given back first", "input_required", asked.get("resultType"))
        same(96, "for the roots alone", [{"method": "roots/list"}], list(asked.get("inputRequests", {}).values()))
        key = list(asked["inputRequests"])[0]
        answered = client.call(tool, requestState=asked["requestState"], inputResponses={key: ROOTS})
        same(96, "and made with them", ROOTS, json.loads(text_of(answered.result(10))))
        exchange = client.call(tool, requestState=asked["requestState"], inputResponses={})
        same(96, "an answer without them is refused", (400, -32602), (exchange.status, exchange.error_code()))
    without = Modern(door, "/mcp/wanders")
    same(96, "who has none is not asked", {"roots": []}, json.loads(text_of(without.call("workspace").result(10))))
    line = [line for line in Trace(SANDBOX + "/trace.wanders").lines() if line.get("params", {}).get("name") == "workspace"][-1]
    check(96, "and the server sees nothing of it", not any("requestState" in json.dumps(line) for line in
                                                           Trace(SANDBOX + "/trace.wanders").lines()), line)


workspace_groups = (workspaces, first_calls, roots_in_many, roots_of_one_call)
