"""Bodies, methods and headers of /mcp/{server}: what is refused, and how (checks 2, 7 to 18)."""

import json

from mcp_client import JSON_HEADERS, Door, Exchange, Legacy, Modern, Trace, attempt, check, same, text_of
import os

door = Door.of_environment()
PATH = "/mcp/plain"
trace = Trace(os.environ["MCP_SANDBOX"] + "/trace.plain")
LIST = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'


def code_of(exchange):
    try:
        return exchange.json()["error"]["code"]
    except (ValueError, KeyError, TypeError):
        return None


def notifications_and_responses():
    client = Legacy(door, PATH)
    for body in ({"method": "notifications/roots/list_changed"}, {"id": 77, "result": {}},
                 {"id": 78, "error": {"code": -1, "message": "no"}}):
        exchange = client.raw(json.dumps({"jsonrpc": "2.0", **body}))
        same(7, f"{list(body)[0]} gives 202", 202, exchange.status)
        same(7, "with an empty body", "", exchange.text())


def bad_bodies():
    client = Legacy(door, PATH)
    for body in ("{", "", "nonsense", '{"jsonrpc":"2.0","id":1,"method":"ping"', "{'a':1}", LIST + "}", LIST + "x"):
        exchange = client.raw(body)
        same(8, f"{body!r}: 400", 400, exchange.status)
        same(8, "and -32700", -32700, code_of(exchange))
        check(8, "without an id", exchange.json().get("id") is None, exchange.text())
    for body in ('{"id":1,"method":"ping"}', '{"jsonrpc":"1.0","id":1,"method":"ping"}', "7", '"ping"', "null", "{}",
                 '{"jsonrpc":"2.0","id":1}', '{"jsonrpc":"2.0","id":null,"method":"ping"}',
                 '{"jsonrpc":"2.0","id":[1],"method":"ping"}', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
                 '{"jsonrpc":"2.0","id":1,"method":7}', '{"jsonrpc":"2.0","id":1,"method":"ping","params":7}'):
        exchange = client.raw(body)
        same(8, f"{body}: 400", 400, exchange.status)
        same(8, "and -32600", -32600, code_of(exchange))
    for ident, body in ((7, '{"jsonrpc":"2.0","id":7,"method":"tools/list","params":[]}'),
                        ("a", '{"jsonrpc":"2.0","id":"a","method":7}')):
        same(8, f"{body}: the error has its id", ident, client.raw(body).json().get("id"))
    listed = client.raw('{"jsonrpc":"2.0","id":1,"method":"tools/list","params":null}')
    check(8, "params that are null are none", "tools" in listed.result(), listed.text)
    same(8, "the session goes on", 200, client.send("ping").status)


def a_version_nobody_knows():
    client = Legacy(door, PATH, open_now=False)
    client.extra = {"MCP-Protocol-Version": "2031-01-01"}
    exchange = client.send("initialize", {"protocolVersion": "2031-01-01", "capabilities": {},
                                          "clientInfo": {"name": "t", "version": "1"}})
    same(25, "a header of a version nobody knows: initialize is answered with ours", "2025-11-25", exchange.result()["protocolVersion"])


def trace_context():
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    for client in (Legacy(door, PATH), Modern(door, PATH)):
        for params in ({}, {"_meta": {"a/b": 1}}):
            name = {"name": "echo", "arguments": {"message": "traced"}, **params}
            if isinstance(client, Modern):
                client.send("tools/call", name, headers={"traceparent": parent, "tracestate": "k=v"}).result()
            else:
                client.send("tools/call", name, headers={"traceparent": parent, "tracestate": "k=v"}).result()
            meta = [line for line in trace.lines() if line.get("method") == "tools/call"][-1]["params"].get("_meta", {})
            same(87, "the trace context of HTTP goes on in _meta", (parent, "k=v"), (meta.get("traceparent"), meta.get("tracestate")))
    client = Legacy(door, PATH)
    client.send("tools/call", {"name": "echo", "arguments": {}, "_meta": {"traceparent": "own"}}, headers={"traceparent": parent}).result()
    meta = [line for line in trace.lines() if line.get("method") == "tools/call"][-1]["params"]["_meta"]
    same(87, "where that has one it stays", "own", meta["traceparent"])
    client.send("tools/call", {"name": "echo", "arguments": {}}, headers={"traceparent": 'x","y":"z'}).result()
    line = [line for line in trace.lines() if line.get("method") == "tools/call"][-1]
    check(87, "what is none is not carried", "traceparent" not in json.dumps(line), line)


def batches():
    pair = '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":"b","method":"ping"}]'
    for version in ("2024-11-05", "2025-06-18", "2025-11-25"):
        client = Legacy(door, PATH, version=version)
        if version != "2024-11-05":
            same(9, f"a batch in {version}: 400", 400, client.raw(pair).status)
        same(9, f"an empty batch in {version}: 400", 400, client.raw("[]").status)
    client = Legacy(door, PATH, version="2025-03-26")
    exchange = client.raw(pair)
    same(9, "a batch in 2025-03-26: 200", 200, exchange.status)
    got = []
    while (message := exchange.message(5)) is not None:
        got += message if isinstance(message, list) else [message]
    same(9, "each member is answered", ["1", "b"], sorted(str(m.get("id")) for m in got))
    same(9, "an empty one is not: 400", 400, client.raw("[]").status)
    same(9, "only notifications: 202", 202,
         client.raw('[{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}]').status)


def media_types():
    client = Legacy(door, PATH)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None):
        same(10, f"Content-Type {kind}: 415", 415, client.raw(LIST, {"Content-Type": kind}).status)
    for kind in ("application/json; charset=utf-8", "Application/JSON", "application/json;x=y"):
        same(10, f"Content-Type {kind}: 200", 200, client.raw(LIST, {"Content-Type": kind}).status)
    for kind in ("text/html", "application/json", "text/event-stream"):
        same(11, f"Accept {kind}: 406", 406, client.raw(LIST, {"Accept": kind}).status)
    for kind in ("*/*", "text/event-stream, application/json", "application/json;q=0.9,text/event-stream;q=0.1",
                 "application/*, text/*"):
        same(11, f"Accept {kind}: 200", 200, client.raw(LIST, {"Accept": kind}).status)
    modern = Modern(door, PATH)
    same(11, "per request, Accept text/html: 406", 406, modern.send("tools/list", headers={"Accept": "text/html"}).status)
    same(11, "per request, Accept */*: 200", 200, modern.send("tools/list", headers={"Accept": "*/*"}).status)


def methods():
    client = Legacy(door, PATH)
    for method in ("PUT", "PATCH", "TRACE"):
        exchange = Exchange(door, method, PATH, LIST, client.headers())
        same(12, f"{method}: 405", 405, exchange.status)
        allowed = exchange.header("Allow") or ""
        check(12, "with Allow", "POST" in allowed and "GET" in allowed and "DELETE" in allowed, allowed)


def origins():
    for method in ("POST", "GET", "DELETE", "OPTIONS"):
        exchange = Exchange(door, method, PATH, LIST if method == "POST" else None,
                            {**JSON_HEADERS, "Origin": "https://evil.example"})
        same(2, f"{method} of a foreign page: 403", 403, exchange.status)
        check(4, "and no page is told it may", exchange.header("Access-Control-Allow-Origin") is None)


def sizes():
    client = Legacy(door, PATH)
    text = "x" * (10 * 1024 * 1024)
    result = client.call("echo", {"message": text}).result(60)
    check(13, "10 MiB pass", text_of(result) == text, len(text_of(result)))
    before = trace.calls("echo")
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                       "params": {"name": "echo", "arguments": {"message": "y" * (20 * 1024 * 1024)}}})
    for how, headers, sent in (("with its length", {}, body),
                               ("in chunks", {"Transfer-Encoding": "chunked"}, chunked(body))):
        try:
            same(13, f"20 MiB {how}: 413", 413, client.raw(sent, headers).status)
        except (BrokenPipeError, ConnectionResetError):
            check(13, f"20 MiB {how}: refused while it was sent", True)
    same(13, "and nothing of it reached the server", before, trace.calls("echo"))


def chunked(body):
    parts = [body[at:at + 65536] for at in range(0, len(body), 65536)]
    return "".join(f"{len(part):x}\r\n{part}\r\n" for part in parts) + "0\r\n\r\n"


def odd_json():
    client = Legacy(door, PATH)
    deep = '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":' + "[" * 100000 + "]" * 100000 + "}}"
    check(14, "100,000 levels are answered", client.raw(deep).status in (200, 400))
    wide = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {str(n): n for n in range(100000)}})
    check(14, "100,000 keys are answered", client.raw(wide).status in (200, 400))
    for bad in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80"):
        body = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"' + bad + b'"}}}'
        exchange = client.raw(body)
        same(14, f"{bad!r} is no UTF-8: 400", 400, exchange.status)
        same(14, "and -32700", -32700, code_of(exchange))
    same(14, "the session goes on", "ok", text_of(client.call("echo", {"message": "ok"}).result()))


def stream_headers():
    client = Legacy(door, PATH)
    exchange = client.call("test_tool_with_progress", token="t")
    check(16, "a stream", exchange.is_stream, exchange.header("Content-Type"))
    check(16, "is not cached", "no-cache" in (exchange.header("Cache-Control") or ""), exchange.header("Cache-Control"))
    same(16, "nor buffered by proxies", "no", exchange.header("X-Accel-Buffering"))
    slow = client.call("sleep", {"ms": 1500}, token="u")
    early = client.call("test_streaming_elicitation", token="v")
    check(16, "an event comes before the call is done", early.message(1.2) is not None)
    check(16, "while another still runs", slow.message(0.05) is None)
    slow.result()


def pipelined():
    client = Legacy(door, PATH)
    link = door.socket()
    text = ""
    for ident, message in ((11, "one"), (12, "two"), (13, "three")):
        body = json.dumps({"jsonrpc": "2.0", "id": ident, "method": "tools/call",
                           "params": {"name": "echo", "arguments": {"message": message}}})
        headers = {"Host": door.host(), **client.headers(), "Content-Length": str(len(body))}
        text += f"POST {PATH} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n" + body
    link.sendall(text.encode())
    link.settimeout(5)
    got = b""
    try:
        while got.count(b'"result"') < 3:
            part = link.recv(65536)
            if not part:
                break
            got += part
    except TimeoutError:
        pass
    found = [got.find(b'"one"'), got.find(b'"two"'), got.find(b'"three"')]
    check(18, "three POSTs in one write are answered", -1 not in found, got[-300:])
    check(18, "in their order", found == sorted(found), found)


for group in (notifications_and_responses, bad_bodies, a_version_nobody_knows, trace_context, batches, media_types, methods, origins, sizes, odd_json,
              stream_headers, pipelined):
    attempt(group)
