"""All servers as one (checks 100 to 108)."""

import json
import os
import subprocess
import time

from mcp_client import PREFIX, Door, Legacy, Modern, attempt, check, same, text_of, until

door = Door.of_environment()
ALL = "/mcp"


def mcpm(*words):
    return subprocess.run(["mcpm", *words], capture_output=True, text=True)


def everything(client, method, key):
    found, cursor, pages = [], None, 0
    while True:
        result = client.send(method, {"cursor": cursor} if cursor else {}).result()
        found += result[key]
        pages += 1
        cursor = result.get("nextCursor")
        if not cursor or pages > 200:
            return found, pages


def clients():
    return (Legacy(door, ALL), Modern(door, ALL))


def names():
    for client in clients():
        tools, _ = everything(client, "tools/list", "tools")
        found = [tool["name"] for tool in tools]
        same(100, "no name twice", len(found), len(set(found)))
        check(100, "of letters that every model takes", all(set(name) <= set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") for name in found), found)
        check(100, "of sixty at most", max(map(len, found)) <= 60, max(found, key=len))
        for server in ("alpha", "beta", "gamma"):
            check(100, f"{server}__echo is there", f"{server}__echo" in found, found[:5])
            same(101, f"and is {server}'s", server, text_of(client.call(f"{server}__echo", {"message": server}).result()))
        pids = {text_of(client.call(f"{server}__pid").result()) for server in ("alpha", "beta", "gamma")}
        same(101, "three servers, three processes", 3, len(pids))
        again, _ = everything(client, "tools/list", "tools")
        same(102, "the order is fixed", found, [tool["name"] for tool in again])
        long_one = [name for name in found if name.startswith("a-name")]
        check(100, "a long server name keeps its tools", len(long_one) > 10, long_one[:3])
        echo = [tool["name"] for tool in tools if tool["name"].startswith("a-name") and "echo" in tool["name"]]
        if check(100, "with its echo among them", echo, long_one[:3]):
            same(100, "which can be called", "far", text_of(client.call(echo[0], {"message": "far"}).result()))
        check(80, "an unknown tool is an error", client.call("alpha__nothing").answer().get("error") is not None)
        same(101, "a name without a server is -32602", -32602, client.call("echo").error_code())


def pages():
    client = Legacy(door, ALL)
    tools, _ = everything(client, "tools/list", "tools")
    same(102, "every server's tools, whatever pages it has", 4, len([t for t in tools if t["name"].endswith("__echo")]))
    same(102, "a cursor that is none: -32602", -32602, client.send("tools/list", {"cursor": "nonsense"}).error_code())


def search():
    for client in (Legacy(door, ALL + "?mode=search"), Modern(door, ALL + "?mode=search")):
        offered, _ = everything(client, "tools/list", "tools")
        same(0, "search mode offers two tools in place of all", ["find_tools", "call_tool"], [tool["name"] for tool in offered])

        def find(**arguments):
            result = client.call("find_tools", arguments).result()
            check(0, "the answer is bounded, and said once", len(json.dumps(result)) < 60000 and "structuredContent" not in result)
            return [tool["name"] for tool in json.loads(text_of(result))]

        def refused(**arguments):
            result = client.call("find_tools", arguments).result()
            return result.get("isError") is True and text_of(result)

        check(0, "the best come first", all("echo" in name for name in find(query="echo")[:4]), find(query="echo"))
        same(0, "as many as asked for", 3, len(find(query="echo message", limit=3)))
        same(0, "five when nothing is said", 5, len(find(query="echo tool test")))
        for wrong in ({}, {"query": 7}, {"query": ""}, {"query": " ?! "}, {"query": "echo", "limit": 0}, {"query": "echo", "limit": 51},
                      {"query": "echo", "limit": "3"}, {"query": "echo", "limit": 1.5}):
            check(0, f"{wrong}: refused in words", refused(**wrong))
        same(0, "nothing for words that nobody has", [], find(query="zzzzqqqq"))
        check(0, "any script and no word is survived", find(query="\u5de5\u5177 !!") is not None)
        result = client.call("call_tool", {"name": "beta__echo", "arguments": {"message": "found"}}).result()
        same(0, "what was found is called", "found", text_of(result))
        same(0, "an unknown one is -32602", -32602, client.call("call_tool", {"name": "beta__nothing"}).error_code())
        same(0, "and so is none", -32602, client.call("call_tool", {}).error_code())


def one_is_down():
    client = Legacy(door, ALL)
    stream = client.get()
    pid = json.loads(mcpm("show", "gamma", "-o", "json").stdout)["pid"]
    os.kill(pid, 19)
    try:
        start = time.monotonic()
        tools, _ = everything(client, "tools/list", "tools")
        check(103, "a frozen server does not hold up the list", time.monotonic() - start < 15)
        check(103, "the others' tools are there", any(t["name"] == "alpha__echo" for t in tools))
        same(103, "and answer", "x", text_of(client.call("alpha__echo", {"message": "x"}).result()))
    finally:
        os.kill(pid, 18)
    mcpm("stop", "gamma")
    tools, _ = everything(client, "tools/list", "tools")
    check(103, "a stopped one hides nobody", any(t["name"] == "beta__echo" for t in tools))
    answer = client.call("gamma__echo", {"message": "x"}).answer(10)
    check(103, "its tools say that it is stopped", "stopped" in json.dumps(answer), answer)
    mcpm("start", "gamma")
    if stream.status == 200:
        heard = []
        while (message := stream.message(1)) is not None:
            heard.append(message.get("method"))
        check(103, "changes are told", "notifications/tools/list_changed" in heard, heard)


def resources():
    for client in clients():
        found, _ = everything(client, "resources/list", "resources")
        texts = [r for r in found if r["uri"].endswith("test://text") or "test://text" in r["uri"]]
        check(104, "equal URIs of several servers are all there", len(texts) >= 3, [r["uri"] for r in found][:8])
        read = client.send("resources/read", {"uri": texts[-1]["uri"]}).result()
        same(104, "one can be read", "the text of test://text", read["contents"][0]["text"])
        same(104, "under the URI that was shown", texts[-1]["uri"], read["contents"][0]["uri"])
        check(104, "every URI names its server", all(r["uri"].startswith(("mcpm+", "ui:")) for r in found), [r["uri"] for r in found][:8])
        check(104, "one that names none is nobody's", client.send("resources/read", {"uri": "test://text"}).error_code() is not None)
        templates, _ = everything(client, "resources/templates/list", "resourceTemplates")
        item = [t for t in templates if "item/{id}" in t["uriTemplate"]]
        check(104, "templates too", len(item) >= 3, templates[:4])
        read = client.send("resources/read", {"uri": item[0]["uriTemplate"].replace("{id}", "9")}).result()
        same(104, "filled in", "the text of test://item/9", read["contents"][0]["text"])
        prompts, _ = everything(client, "prompts/list", "prompts")
        greet = [p["name"] for p in prompts if p["name"].endswith("greet")]
        got = client.send("prompts/get", {"name": greet[0], "arguments": {"who": "Ada"}}).result()
        same(104, "prompts by their name", "Ada", got["messages"][0]["content"]["text"])
        done = client.send("completion/complete", {"ref": {"type": "ref/prompt", "name": greet[0]},
                                                   "argument": {"name": "who", "value": "G"}}).result()
        same(108, "a completion goes where the prompt is from", ["Grace"], done["completion"]["values"])


def capabilities():
    client = Legacy(door, ALL)
    for name in ("tools", "prompts", "resources", "logging", "completions"):
        check(105, f"{name} of any is {name} of all", name in client.opened["capabilities"], client.opened["capabilities"])
    same(105, "a method that nobody has: -32601", -32601, client.send("no/such").error_code())
    text = client.opened.get("instructions", "")
    check(107, "instructions are joined with names", "alpha" in text and "be quick" in text and "be kind" in text, text)
    check(107, "and bounded", len(text) < 20000, len(text))


def subscriptions():
    client, other = Legacy(door, ALL), Legacy(door, ALL)
    streams = [client.get(), other.get()]
    found, _ = everything(client, "resources/list", "resources")
    uri = [r["uri"] for r in found if "watched-resource" in r["uri"] and "+alpha" in r["uri"]][0]
    client.send("resources/subscribe", {"uri": uri}).result()
    for server in ("alpha", "beta", "gamma"):
        client.call(f"{server}__touch", {"uri": "test://watched-resource"}).answer()
    heard = []
    while (message := streams[0].message(1)) is not None:
        heard.append(message.get("params", {}).get("uri"))
    same(108, "an update under the URI that was subscribed, once", [uri], [h for h in heard if h])
    check(108, "and to nobody else", streams[1].message(0.2) is None, streams[1].seen)


def tasks():
    client = Modern(door, ALL, {"extensions": {PREFIX + "tasks": {}}})
    created = client.call("beta__slow_compute", {"seconds": 60}).result()
    if not same(108, "a call becomes a task", "task", created.get("resultType")):
        return
    found = client.send("tasks/get", {"taskId": created["taskId"]}).result()
    same(108, "which is found again", "working", found["status"])
    check(108, "its id names its server", created["taskId"].startswith("srv_") and "." in created["taskId"], created)
    same(108, "wherever it stands", created["taskId"], found["taskId"])
    server, own = created["taskId"].split(".", 1)
    check(108, "the server's own id alone is nobody's", client.send("tasks/get", {"taskId": own}).answer().get("error") is not None)
    other = client.call("gamma__slow_compute", {"seconds": 60}).result()["taskId"]
    check(108, "nor is it another server's", other.split(".")[0] != server, other)
    moved = other.split(".")[0] + "." + own if own != other.split(".", 1)[1] else other.split(".")[0] + ".none"
    check(108, "which cannot answer for it", client.send("tasks/get", {"taskId": moved}).answer().get("error") is not None)
    same(108, "it can be cancelled", "cancelled",
         (client.send("tasks/cancel", {"taskId": created["taskId"]}).result(), client.send("tasks/get", {"taskId": created["taskId"]}).result())[1]["status"])
    check(108, "another's is not", client.send("tasks/get", {"taskId": "task-1-1"}).answer().get("error") is not None)


def filters():
    name = "beta"
    changed = subprocess.run(["curl", "-sSf", "--unix-socket", os.environ["MCP_SOCKET"], "-X", "PATCH",
                              "-H", "content-type: application/json", "-d", '{"config": {"tools": {"deny": ["crash"]}}}',
                              f"http://agent/api/servers/{name}"], capture_output=True, text=True)
    check(106, "a tool is taken away", changed.returncode == 0, changed.stderr)
    client = Legacy(door, ALL)
    tools, _ = everything(client, "tools/list", "tools")
    found = {tool["name"] for tool in tools}
    check(106, "it is not listed", "beta__crash" not in found and "alpha__crash" in found, sorted(t for t in found if "__crash" in t))
    answer = client.call("beta__crash").answer()
    check(106, "nor can it be called", "error" in answer, answer)
    same(106, "and the server lives", "yes", text_of(client.call("beta__echo", {"message": "yes"}).result()))
    own = Legacy(door, "/mcp/beta")
    check(106, "at its own door neither", "error" in own.call("crash").answer())


for group in (names, pages, search, one_is_down, resources, capabilities, subscriptions, tasks, filters):
    attempt(group)
