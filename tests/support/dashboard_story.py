"""dashboard_story.py PORT SOCKET LINK API_TOKEN CLIENT_TOKEN: says "ok …" or "FAILED …" a line (tests/e2e/dashboard.sh)."""
import http.client
import json
import socket
import subprocess
import sys
import threading
import time

from ws_client import Closed, Refused, WebSocket

port, unix_path, link, boss, editor = int(sys.argv[1]), *sys.argv[2:6]
ORIGIN = f"http://127.0.0.1:{port}"
JSON = {"Content-Type": "application/json"}


def check(what, holds, saw=""):
    print(f"ok {what}" if holds else f"FAILED {what}: {str(saw)[:600]}".replace("\n", " "), flush=True)


def same(what, wanted, got):
    check(what, wanted == got, f"{got!r} is not {wanted!r}")


def ask(method, path, headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    connection.close()
    return answer, text


def status(method, path, headers=None, body=None):
    return ask(method, path, headers, body)[0].status


def data(method, path, headers=None, body=None):
    return json.loads(ask(method, path, headers, body)[1]).get("data")


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def watch(path="/ws", headers=None, **more):
    return WebSocket("127.0.0.1", port, path, headers or bearer(boss), **more)


def mcpm(*words):
    return subprocess.run(["mcpm", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)


# --- the link ---
code_path = link[len(ORIGIN):]
same("HEAD does not use a link up", 200, status("HEAD", code_path))
answer, _ = ask("GET", code_path)
same("a link leads to the page", (303, "/"), (answer.status, answer.headers["Location"]))
cookie = answer.headers["Set-Cookie"]
check("the cookie is for the browser alone", "; HttpOnly; SameSite=Strict; Path=/" in cookie, cookie)
signed_in = {"Cookie": cookie.split(";")[0]}
own = {**signed_in, "Origin": ORIGIN}
answer, _ = ask("GET", code_path)
same("a link works once", (303, "/?login=expired"), (answer.status, answer.headers["Location"]))
check("… and gives nothing then", answer.headers["Set-Cookie"] is None, answer.headers)
same("a link cannot be asked for by TCP", 403, status("POST", "/api/dashboard/links", {**bearer(boss), **JSON}))
session = data("GET", "/api/session", signed_in)
same("the session is known", (True, "admin"), (session["signedIn"], session.get("role")))
same("who has no session is told no place to begin at", None, data("GET", "/api/session").get("live"))
same("without a cookie nobody is signed in", False, data("GET", "/api/session")["signedIn"])

# --- a token ---
same("a wrong token signs nobody in", 401, status("POST", "/api/session", JSON, '{"token":"mcpm_no"}'))
same("a client's token neither", 403, status("POST", "/api/session", JSON, json.dumps({"token": editor})))
same("a form neither", 400, status("POST", "/api/session", {"Content-Type": "text/plain"}, json.dumps({"token": boss})))
answer, text = ask("POST", "/api/session", JSON, json.dumps({"token": boss}))
same("an API token does", (200, True), (answer.status, json.loads(text)["data"]["signedIn"]))
by_token = {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}
same("the cookie opens the API", 200, status("GET", "/api/servers", by_token))
same("no token in a cookie does", 401, status("GET", "/api/servers", {"Cookie": f"mcpm_session={boss}"}))

# --- every path of the table ---
paths = data("GET", "/api/openapi.json", bearer(boss)) or json.loads(ask("GET", "/api/openapi.json", bearer(boss))[1])
ways = {
    "no token": ({}, 401), "a wrong token": (bearer("mcpm_wrong"), 401),
    "a client's token": (bearer(editor), 403), "a foreign Origin": ({**bearer(boss), "Origin": "https://evil.example"}, 403),
    "a foreign Origin with the cookie": ({**signed_in, "Origin": "https://evil.example"}, 403),
    "another port's Origin": ({**signed_in, "Origin": "http://127.0.0.1:1"}, 403),
    "another port's page": ({**signed_in, "Sec-Fetch-Site": "same-site"}, 403),
    "a foreign Host": ({**bearer(boss), "Host": "evil.example"}, 403),
}
wrong, asked = [], 0
for path, methods in paths["paths"].items():
    if not path.startswith(("/api/", "/ws")) or path == "/api/session":
        continue
    concrete = path.replace("{id}", "web").replace("{name}", "x").replace("{tool}", "echo").replace("{prompt}", "p")
    for method in methods:
        for way, (headers, wanted) in ways.items():
            asked += 1
            got = status(method.upper(), concrete, {**JSON, **headers}, "{}" if method in ("post", "put", "patch") else None)
            if got != wanted:
                wrong.append((method, path, way, got))
        changes = method not in ("get", "head")
        if changes or path == "/ws":
            asked += 1
            got = status(method.upper(), concrete, {**JSON, **signed_in}, "{}" if changes and method != "delete" else None)
            if got != 403:
                wrong.append((method, path, "cookie without header", got))
check(f"every path is closed to who may not ask ({asked} questions)", asked > 400 and not wrong, wrong)
same("the cookie does not open MCP", 401, status("POST", "/mcp", {**own, **JSON}, "{}"))
same("nor the figures", 401, status("GET", "/metrics", own))
same("a change without JSON", 400, status("POST", "/api/servers/web/stop", {**own, "Content-Type": "text/plain"}))
same("our own page changes things", 200, status("POST", "/api/servers/web/restart", {**own, **JSON}, "{}"))

# --- pages ---
html = {"Accept": "text/html"}
for path in ("/", "/servers", "/servers/a%20b", "/marketplace"):
    answer, _ = ask("GET", path, html)
    same(f"{path} is a page for everybody", 200, answer.status)
check("… with a strict policy", "default-src 'none'; script-src 'self'" in answer.headers["Content-Security-Policy"]
      and answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", answer.headers)
same("a program gets no page", 401, status("GET", "/servers"))
same("there is no such file", 404, status("GET", "/assets/nothing.js"))

# --- /ws: who ---
for what, headers, wanted in (("nobody", {"X": "y"}, 401), ("a client's token", bearer(editor), 403),
                              ("a cookie without an Origin", signed_in, 403),
                              ("a foreign Origin", {**signed_in, "Origin": "https://evil.example"}, 403)):
    try:
        watch(headers=headers)
        check(f"/ws refuses {what}", False, "it did not")
    except Refused as refused:
        same(f"/ws refuses {what}", wanted, refused.status)
same("/ws without an upgrade", 426, status("GET", "/ws", bearer(boss)))
page = watch(headers=own)
hello = page.receive()
same("hello comes first", ("hello", 400), (hello["type"], hello["data"]["heartbeatMs"]))

# --- /ws: what ---
page.send({"type": "subscribe", "id": 1, "topic": "servers"})
page.send({"type": "subscribe", "id": 2, "topic": "events"})
page.wait_for("subscribed")
page.wait_for("subscribed")
mcpm("add", "<script>alert(1)</script>", "--transport", "none", "--", "/bin/sleep", "1000")
created = page.wait_for("server:created")
same("a server made elsewhere appears, its name as it is", "<script>alert(1)</script>", created["data"]["name"])
same("… as the API shows it", data("GET", f"/api/servers/{created['data']['id']}", bearer(boss)), created["data"])
mcpm("start", created["data"]["id"])
# Changes close together are told once, by the name of the last of them.
page.wait_for(lambda m: m["type"] in ("server:status", "server:health") and m["data"]["status"] == "running")
check("a start is seen", True)
check("events come with who asked", any(m["type"] == "event" and m["data"]["actor"].startswith("uid:") for m in page.seen), page.seen)
ask("DELETE", f"/api/servers/{created['data']['id']}", own)
gone = page.wait_for("server:deleted")
same("a removal is seen", created["data"]["id"], gone["data"]["id"])
numbers = [m["seq"] for m in page.seen if "seq" in m]
check("numbers grow", numbers == sorted(numbers) and len(set(numbers)) == len(numbers), numbers)

page.send({"type": "subscribe", "id": 3, "topic": "stats"})
figures = page.wait_for(lambda m: m["type"] == "server:stats" and "cpuPercent" in m["data"])
check("figures come while they are asked for", figures["data"]["memoryBytes"] > 100_000 and figures["data"]["processes"] >= 1, figures)
page.send({"type": "unsubscribe", "id": 3})

page.send({"type": "subscribe", "id": 4, "topic": "logs", "server": "web", "filter": {"tail": 3}})
lines = page.wait_for("server:log")
check("the last lines of a log come first", lines["data"]["id"] == 4 and 1 <= len(lines["data"]["lines"]) <= 3, lines)
mcpm("restart", "web")
page.wait_for(lambda m: m["type"] == "server:log" and len(m["data"]["lines"]) >= 1)
check("… and those that are written meanwhile after them", True)
for what, message, code in (
        ("a topic that is none", {"type": "subscribe", "id": 9, "topic": "secrets"}, "VALIDATION_ERROR"),
        ("a number in use", {"type": "subscribe", "id": 1, "topic": "events"}, "CONFLICT"),
        ("a server that is none", {"type": "subscribe", "id": 9, "topic": "stats", "server": "nobody"}, "SERVER_NOT_FOUND"),
        ("a bad expression", {"type": "subscribe", "id": 9, "topic": "logs", "server": "web", "filter": {"colour": "x"}}, "VALIDATION_ERROR"),
        ("an unknown filter", {"type": "subscribe", "id": 9, "topic": "logs", "server": "web", "filter": {"format": "csv"}}, "VALIDATION_ERROR"),
        ("an end of nothing", {"type": "unsubscribe", "id": 99}, "NOT_FOUND"),
        ("what only the agent says", {"type": "server:deleted", "data": {"id": "x"}}, "VALIDATION_ERROR"),
        ("no JSON", "hello", "VALIDATION_ERROR")):
    page.send(message)
    same(f"{what} is refused", code, page.wait_for("error")["data"]["code"])
page.send({"type": "ping"})
check("a ping is answered", page.wait_for("pong") is not None)
check("the heart beats", page.wait_for("heartbeat") is not None and page.pings > 0, page.pings)

# --- nothing that is sent reaches another ---
other = watch()
other.send({"type": "subscribe", "id": 1, "topic": "servers"})
other.wait_for("subscribed")
page.send({"type": "server:deleted", "data": {"id": "srv_evil"}})
page.wait_for("error")
heard = []
end = time.monotonic() + 0.5
while time.monotonic() < end:
    message = other.receive(0.1)
    if message and message["type"] not in ("heartbeat",):
        heard.append(message)
same("what a client sends is not relayed", [], [m for m in heard if "srv_evil" in json.dumps(m)])

# --- coming back ---
seen = max(m["seq"] for m in page.seen if "seq" in m)
boot = hello["data"]["boot"]
page.close()
for _ in range(3):
    mcpm("restart", "web")
again = watch(f"/ws?after={seen}&boot={boot}", own)
same("who comes back is greeted", "hello", again.receive()["type"])
again.send({"type": "subscribe", "id": 1, "topic": "servers"})
again.send({"type": "subscribe", "id": 2, "topic": "events"})
missed = []
while True:
    message = again.receive(1)
    if message is None or message["type"] == "heartbeat":
        break
    missed.append(message)
servers = [m for m in missed if m["type"].startswith("server:")]
events = [m for m in missed if m["type"] == "event"]
check("… is told of a server once, as it is now", 1 <= len(servers) <= 2 and servers[-1]["data"]["status"] == "running", servers)
check("… and of every event meanwhile", len(events) >= 9 and all(m["seq"] > seen for m in events), len(events))
again.close()
before = data("GET", "/api/session", signed_in)["live"]
mcpm("restart", "web")
late = watch(f"/ws?after={before['seq']}&boot={before['boot']}", own)
late.receive()
late.send({"type": "subscribe", "id": 1, "topic": "servers"})
same("who read before and watches later has missed nothing", "web", late.wait_for(lambda m: m["type"].startswith("server:"))["data"]["name"])
late.close()
for what, path in (("of another run", f"/ws?after={seen}&boot=x"), ("from the future", f"/ws?after=99999999&boot={boot}")):
    strange = watch(path)
    strange.receive()
    same(f"a number {what} begins anew", "reset", strange.receive()["type"])
    strange.close()

# --- rules ---
for what, send, wanted in (
        ("too long a message", lambda w: w.raw(1, b" " * 17000), 1009),
        ("bytes", lambda w: w.raw(2, b"{}"), 1003),
        ("no UTF-8", lambda w: w.raw(1, b"\xff\xfe"), 1007),
        ("no mask", lambda w: w.raw(1, b"{}", masked=False), 1002),
        ("an unknown frame", lambda w: w.raw(3, b"x"), 1002),
        ("a flood", lambda w: [w.send({"type": "ping"}) for _ in range(400)], 1008)):
    client = watch()
    client.receive()
    try:
        send(client)
    except OSError:
        pass
    same(f"{what} closes", wanted, client.wait_for_close())
client = watch()
for number in range(65):
    client.send({"type": "subscribe", "id": number, "topic": "events"})
same("more than 64 subscriptions are refused", "CONFLICT", client.wait_for("error")["data"]["code"])
client.close()
client = watch()
client.raw(1, b'{"type":', final=False)
client.raw(9, b"now")
client.raw(0, b'"ping"}')
check("a message in parts is one", client.wait_for("pong") is not None)
client.close()
deaf = watch(answer_pings=False)
same("who answers no ping is gone", 1006, deaf.wait_for_close(20))

# --- a slow one ---
slow = watch(receive_buffer=4096)
slow.send({"type": "subscribe", "id": 1, "topic": "servers"})
quick = watch()
quick.send({"type": "subscribe", "id": 1, "topic": "servers"})
quick.wait_for("subscribed")
for number in range(30):
    labels = {**{f"n{place}": "x" * 250 for place in range(60)}, "k": str(number)}
    got = status("PATCH", "/api/servers/web", {**bearer(boss), **JSON}, json.dumps({"config": {"labels": labels}}))
    if got != 200:
        check("labels can be changed", False, got)
        break
last = quick.wait_for(lambda m: m["type"].startswith("server:") and m["data"].get("config", {}).get("labels", {}).get("k") == "29")
check("a slow client holds nobody back", last is not None)
newest = slow.wait_for(lambda m: m["type"].startswith("server:") and m["data"].get("config", {}).get("labels", {}).get("k") == "29", 30)
check("… and is brought up to date", newest is not None)
told = len([m for m in slow.seen if m["type"].startswith("server:")])
check("… without every step between", told <= 30, told)
slow.close()
quick.close()

# --- the end of a session ---
check("the figures count who watches", "\nwebsocket_connections_active " in ask("GET", "/metrics", bearer(boss))[1])
watchers = {"token": watch(), "session of the token": watch(headers={**by_token, "Origin": ORIGIN}), "link": watch(headers=own)}
for watcher in watchers.values():
    watcher.receive()
mcpm("token", "revoke", "boss")
same("a revoked token ends its WebSocket", 4401, watchers["token"].wait_for_close())
same("… and the sessions it began", 4401, watchers["session of the token"].wait_for_close())
same("… at the API too", 401, status("GET", "/api/servers", by_token))
same("a session that it did not begin goes on", 200, status("GET", "/api/servers", signed_in))
answer, _ = ask("DELETE", "/api/session", own)
check("signing out takes the cookie away", answer.status == 200 and "Max-Age=0" in answer.headers["Set-Cookie"], answer.headers)
same("… ends the WebSocket", 4401, watchers["link"].wait_for_close())
same("… and opens nothing more", 401, status("GET", "/api/servers", signed_in))

fresh = json.loads(subprocess.run(["mcpm", "dashboard", "--print", "-o", "json"], capture_output=True, text=True).stdout)["url"]
answer, _ = ask("GET", fresh[len(ORIGIN):])
third = {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}
same("signed in again", 200, status("GET", "/api/servers", third))
same("all sessions are ended at once", 0, mcpm("token", "revoke", "--sessions").returncode)
same("… and open nothing more", 401, status("GET", "/api/servers", third))
