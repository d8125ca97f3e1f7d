#!/usr/bin/env python3
"""A remote MCP server that behaves as its path says, for the tests of what goes out.

  remote_server.py [PORT]      prints the port, then serves on 127.0.0.1 until its standard input ends

/plain/...    HTTP alone: echo, status/N, redirect/N?to=URL, loop, stream?count=N, hang, big?bytes=N, packed?bytes=N, cut, flood
              It is a proxy to itself for http://, and one that wants credentials (407) for https://.
/mcp/OPTIONS  an MCP server; options joined by commas:
  legacy, modern, both   the protocol eras it speaks          old     HTTP+SSE with two endpoints
  stream                 answers as event streams             foreign names an endpoint on another host
  session                has sessions (404 for unknown ones)  broken  every stream ends before the answer; GET resumes it
  noget                  405 for GET                          auth    wants "Authorization: Bearer good"
  silent                 never answers server/discover        bad400  400 instead of 404 for unknown sessions
  wishes                 takes subscriptions and log levels
  params                 has a tool `place`, on the second page of its list, two of whose arguments are headers too
/log          what was asked so far, as JSON; DELETE empties it
/forget       every session is forgotten, and every open stream ends
"""
import gzip
import json
import queue
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

VERSION = "2026-07-28"
log, sessions, streams, events = [], {}, [], {}
lock = threading.Lock()
serial = iter(range(1, 1 << 30))


def text(message):
    return {"content": [{"type": "text", "text": message}]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    # ---- plain HTTP ----
    def answer(self, status, body=b"", kind="application/json", **headers):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin_stream(self, **headers):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.close_connection = True

    def event(self, data, number=None, name=None):
        self.wfile.write(b"".join([
            f"id: {number}\r\n".encode() if number else b"", f"event: {name}\r\n".encode() if name else b"",
            b"data: " + (data if isinstance(data, str) else json.dumps(data)).encode() + b"\r\n\r\n"]))
        self.wfile.flush()

    def plain(self, words, query, body):
        what = words[0]
        if what == "echo":
            self.answer(200, {"method": self.command, "headers": dict(self.headers), "body": body.decode()})
        elif what == "status":
            self.answer(int(words[1]), {"status": int(words[1])})
        elif what == "redirect":
            self.answer(int(words[1]), b"moved", Location=query["to"][0])
        elif what == "loop":
            self.answer(307, b"", Location=self.path)
        elif what == "stream":
            self.begin_stream()
            for number in range(int(query["count"][0])):
                self.event(f"event {number}")
        elif what == "hang":
            time.sleep(3600)
        elif what == "big":
            self.answer(200, b"x" * int(query["bytes"][0]))
        elif what == "packed":
            self.answer(200, gzip.compress(b"x" * int(query["bytes"][0])), "text/plain", Content_Encoding="gzip")
        elif what == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"only this")
            self.close_connection = True
        elif what == "flood":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-Filler: yes and no\r\n" * 10000 + b"\r\n")
            self.close_connection = True

    # ---- MCP ----
    def tool(self, message, options, session):
        name = message["params"]["name"]
        arguments = message["params"].get("arguments", {})
        if name == "echo":
            return text(arguments["message"])
        if name in ("headers", "place"):
            return text(json.dumps({k.lower(): v for k, v in self.headers.items()}))
        if name == "count":
            sessions[session]["count"] += 1
            return text(str(sessions[session]["count"]))
        if name == "big":
            return text("x" * arguments["bytes"])
        if name == "slow":
            time.sleep(arguments["seconds"])
            return text("slow")
        if name == "tell":  # on the stream that no POST opened
            for waiting in list(streams):
                waiting.put({"jsonrpc": "2.0", "method": "notifications/message", "params": {"data": "told"}})
            return text("told")
        return None

    def result(self, message, options, session):
        method = message["method"]
        modern = "modern" in options or "both" in options
        legacy = "modern" not in options
        if method == "server/discover" and modern:
            return {"supportedVersions": [VERSION] + (["2025-11-25"] if legacy else []), "capabilities": {"tools": {}},
                    "serverInfo": {"name": "remote", "version": "1"}, "resultType": "complete"}
        if method == "initialize" and legacy:
            more = {"logging": {}, "resources": {"subscribe": True}} if "wishes" in options else {}
            return {"protocolVersion": message["params"]["protocolVersion"], "capabilities": {"tools": {}, **more},
                    "serverInfo": {"name": "remote", "version": "1"}}
        if method == "tools/list" and "params" in options and "cursor" not in message["params"]:
            return {"tools": [{"name": "echo", "inputSchema": {"type": "object"}}], "nextCursor": "2"}
        if method == "tools/list" and "params" in options:
            inner = {"type": "object", "properties": {"shard": {"type": "integer", "x-mcp-header": "Shard"}}}
            return {"tools": [{"name": "place", "inputSchema": {"type": "object", "properties": {
                "region": {"type": "string", "x-mcp-header": "Region"}, "where": inner, "note": {"type": "string"}}}}]}
        if method == "tools/list":
            return {"tools": [{"name": "echo", "inputSchema": {"type": "object"}}]}
        if method == "tools/call":
            return self.tool(message, options, session)
        if method == "ping" or ("wishes" in options and method in ("resources/subscribe", "logging/setLevel")):
            return {}
        return None

    def reply_to(self, message, options, session):
        result = self.result(message, options, session)
        if result is None:
            return {"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "Method not found"}}
        return {"jsonrpc": "2.0", "id": message["id"], "result": result}

    def refused(self, message, options):
        """What comes instead of an answer, if anything; as real servers do it."""
        session = self.headers.get("Mcp-Session-Id")
        method = message.get("method")
        if "auth" in options and self.headers.get("Authorization") != "Bearer good":
            words = "no seat left for " + self.headers.get("Authorization", "nobody")
            self.answer(401, {"error": "invalid_token", "error_description": words}, WWW_Authenticate="Bearer")
        elif "old" in options:
            self.answer(405, b"", Allow="GET")
        elif method == "server/discover" and "silent" in options:
            time.sleep(3600)
        elif method == "server/discover" and "legacy" in options:
            self.answer(400, {"jsonrpc": "2.0", "id": None,
                              "error": {"code": -32000, "message": "Bad Request: Server not initialized"}})
        elif method == "initialize" and "modern" in options:
            self.answer(404, {"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "no such method"}})
        elif "session" in options and method not in ("initialize", "server/discover") and session not in sessions:
            self.answer(400 if "bad400" in options else 404, {"jsonrpc": "2.0", "id": None, "error": {
                "code": -32000, "message": "Bad Request: No valid session ID provided"}})
        elif message.get("params", {}).get("name") == "status":
            self.answer(message["params"]["arguments"]["code"], b"no", "text/plain")
        elif message.get("params", {}).get("name") == "place" and "Mcp-Param-Region" not in self.headers:
            self.answer(400, {"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32020, "message": "Header mismatch"}})
        elif message.get("params", {}).get("name") == "cut":
            self.close_connection = True
        else:
            return False
        return True

    def mcp_post(self, options, message):
        if self.refused(message, options):
            return
        session = self.headers.get("Mcp-Session-Id")
        if "id" not in message or "method" not in message:
            return self.answer(202)
        headers = {}
        if message["method"] == "initialize" and "session" in options:
            session = f"session-{next(serial)}"
            sessions[session] = {"count": 0}
            headers["Mcp_Session_Id"] = session
        reply = self.reply_to(message, options, session)
        name = message.get("params", {}).get("name")
        if name == "pretty":
            return self.answer(200, json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": text("a\nb")}, indent=2).encode())
        if name == "batch":
            return self.answer(200, [{"jsonrpc": "2.0", "method": "notifications/message", "params": {}}, {
                "jsonrpc": "2.0", "id": message["id"], "result": text("batched")}])
        if "stream" not in options or message["method"] in ("initialize", "server/discover"):
            return self.answer(200, reply, **headers)
        self.begin_stream(**headers)
        number = f"s{next(serial)}"
        self.event("", number)
        token = message["params"].get("_meta", {}).get("progressToken")
        if token is not None:
            self.event({"jsonrpc": "2.0", "method": "notifications/progress",
                        "params": {"progressToken": token, "progress": 1}}, number)
        if "broken" in options:
            events[number] = reply
            self.wfile.write(b"retry: 20\r\n\r\n")
            return
        self.event(reply, number + "e")

    def mcp_get(self, options):
        last = self.headers.get("Last-Event-ID")
        if "old" in options:
            self.begin_stream()
            mine = queue.Queue()
            number = next(serial)
            sessions[f"old{number}"] = {"count": 0, "queue": mine}
            host = "http://127.0.0.2:1" if "foreign" in options else ""
            self.event(f"{host}/message/{number}", name="endpoint")
            return self.pour(mine)
        if "noget" in options:
            return self.answer(405, b"", Allow="POST")
        session = self.headers.get("Mcp-Session-Id")
        if "session" in options and session not in sessions:
            return self.answer(404, b"")
        if last in events:
            self.begin_stream()
            return self.event(events.pop(last), last + "r")
        self.begin_stream()
        self.wfile.write(b": welcome\r\nretry: 20\r\n\r\n")
        self.wfile.flush()
        mine = queue.Queue()
        streams.append(mine)
        self.pour(mine)

    def pour(self, mine):
        try:
            while (message := mine.get()) is not None:
                self.event(message, f"g{next(serial)}")
        except OSError:
            pass
        if mine in streams:
            streams.remove(mine)

    def forget(self):
        for session in list(sessions.values()):
            if "queue" in session:
                session["queue"].put(None)
        sessions.clear()
        for mine in list(streams):
            mine.put(None)
        self.answer(200)

    def old_message(self, number, message):
        session = sessions.get(f"old{number}")
        if session is None:
            return self.answer(404, b"")
        self.answer(202, b"Accepted", "text/plain")
        if "id" in message and "method" in message:
            session["queue"].put(self.reply_to(message, ["legacy"], f"old{number}"))

    def handle_any(self):
        parts = urlsplit(self.path)
        words = [word for word in parts.path.split("/") if word]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if words == ["log"]:
            if self.command == "DELETE":
                log.clear()
            return self.answer(200, log)
        if words == ["forget"]:
            return self.forget()
        if words[0] == "plain":
            return self.plain(words[1:], parse_qs(parts.query), body)
        message = json.loads(body) if body else {}
        with lock:
            log.append({"http": self.command, "method": message.get("method"), "session": self.headers.get("Mcp-Session-Id"),
                        "last": self.headers.get("Last-Event-ID"), "version": self.headers.get("MCP-Protocol-Version")})
        if words[0] == "message":
            return self.old_message(words[1], message)
        options = words[1].split(",")
        if self.command == "POST":
            return self.mcp_post(options, message)
        if self.command == "GET":
            return self.mcp_get(options)
        if self.command == "DELETE":
            sessions.pop(self.headers.get("Mcp-Session-Id"), None)
            return self.answer(200)
        return self.answer(405)

    def serve(self):
        try:
            self.handle_any()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def do_CONNECT(self):
        self.answer(407, b"", Proxy_Authenticate="Basic")
        self.close_connection = True

    do_GET = do_POST = do_DELETE = serve


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


server = Server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
