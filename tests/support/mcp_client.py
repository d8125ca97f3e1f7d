"""An MCP client for tests: both eras over Streamable HTTP, by the agent's unix socket or by TCP, one exchange at a time.

It hides nothing: ids, headers and bytes are the test's own. Standard library only. Nothing waits longer than WAIT.
"""

import http.client
import json
import os
import queue
import socket
import threading
import time

WAIT = 20.0
LEGACY = "2025-11-25"
MODERN = "2026-07-28"
PREFIX = "io.modelcontextprotocol/"

# ---- checks, in the words of tests/support/sandbox.sh ----

_lock = threading.Lock()


def check(number, what, good, detail=""):
    """One line per check; number is that of the gateway's checklist, 0 for none."""
    label = f"[{number}] {what}" if number else what
    with _lock:
        print(f"ok {label}" if good else f"FAILED {label}" + (f": {str(detail)[:600]}" if detail != "" else ""), flush=True)
    return bool(good)


def same(number, what, wanted, got):
    return check(number, what, wanted == got, f"{got!r} is not {wanted!r}")


def section(name):
    print(f"   {name}", flush=True)


def attempt(function, *arguments):
    """Runs one group of checks; what it throws is one failure and not the end."""
    section(function.__name__.replace("_", " "))
    try:
        return function(*arguments)
    except Exception as why:  # noqa: BLE001
        import traceback
        where = traceback.extract_tb(why.__traceback__)[-1]
        check(0, f"{function.__name__} comes to its end", False, f"{type(why).__name__}: {why} at {where.name}:{where.lineno}")
        return None


# ---- HTTP ----


class Door:
    """Where the agent answers: ("unix", path) or ("tcp", host, port)."""

    def __init__(self, *where):
        self.where = where

    @staticmethod
    def of_environment():
        if "MCP_TCP_PORT" in os.environ:
            return Door("tcp", "127.0.0.1", int(os.environ["MCP_TCP_PORT"]))
        return Door("unix", os.environ["MCP_SOCKET"])

    def socket(self):
        if self.where[0] == "unix":
            link = socket.socket(socket.AF_UNIX)
            link.settimeout(WAIT)
            link.connect(self.where[1])
            return link
        return socket.create_connection(self.where[1:], WAIT)

    def host(self):
        return "localhost" if self.where[0] == "unix" else f"{self.where[1]}:{self.where[2]}"


class Exchange:
    """One HTTP request and its answer, whole or as a stream of server-sent events."""

    def __init__(self, door, method, path, body=None, headers=None, link=None):
        self.http = http.client.HTTPConnection("localhost")
        self.http.sock = link or door.socket()
        if isinstance(body, str):
            body = body.encode()
        named = {name.lower() for name in (headers or {})}
        self.http.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        if "host" not in named:
            self.http.putheader("Host", door.host())
        if body is not None and "content-length" not in named and "transfer-encoding" not in named:
            self.http.putheader("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            if value is not None:
                self.http.putheader(name, value)
        self.http.endheaders(body)
        self.link = self.http.sock
        self.reply = None
        self.seen = []       # messages, in order
        self.events = []     # (id, data)
        self.retry = None
        self.comments = 0
        self._text = None
        self._lines = None

    # -- the head --
    def head(self):
        if self.reply is None:
            self.reply = self.http.getresponse()
        return self.reply

    @property
    def status(self):
        return self.head().status

    def header(self, name):
        return self.head().getheader(name)

    @property
    def is_stream(self):
        return (self.header("Content-Type") or "").startswith("text/event-stream")

    # -- a whole body --
    def text(self):
        if self._text is None:
            self._text = self.head().read().decode("utf-8", "replace")
        return self._text

    def json(self):
        return json.loads(self.text())

    # -- events --
    def event(self, wait=WAIT):
        """The next event as (id, data); None when the stream ends or nothing comes in time."""
        self.head()
        if self._lines is None:
            self._lines = queue.Queue()
            self.link.settimeout(60)
            threading.Thread(target=self._read_lines, daemon=True).start()
        ident, data, end = None, [], time.monotonic() + wait
        while True:
            try:
                line = self._lines.get(timeout=max(0.001, end - time.monotonic()))
            except queue.Empty:
                return None
            if line is None:
                self._lines.put(None)
                return None
            line = line.decode().rstrip("\r\n")
            if not line:
                if ident is None and not data:
                    continue
                self.events.append((ident, "\n".join(data)))
                return self.events[-1]
            name, _, value = line.partition(":")
            value = value[1:] if value.startswith(" ") else value
            if name == "":
                self.comments += 1
            elif name == "id":
                ident = value
            elif name == "data":
                data.append(value)
            elif name == "retry":
                self.retry = int(value)

    def _read_lines(self):
        """A thread's: a stream's lines as they come, None at its end. A chunk's rest hides from select()."""
        try:
            while line := self.reply.readline():
                self._lines.put(line)
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            pass
        self._lines.put(None)

    def message(self, wait=WAIT):
        """The next JSON-RPC message; None when there is none."""
        if not self.is_stream:
            if self._text is not None or not self.text().strip():
                return None
            self.seen.append(json.loads(self.text()))
            return self.seen[-1]
        end = time.monotonic() + wait
        while True:
            event = self.event(max(0.0, end - time.monotonic()))
            if event is None:
                return None
            if event[1].strip() in ("", "{}"):
                continue
            self.seen.append(json.loads(event[1]))
            return self.seen[-1]

    def answer(self, wait=WAIT):
        """The response on this exchange; what came before it is in `seen`."""
        end = time.monotonic() + wait
        while True:
            message = self.message(max(0.0, end - time.monotonic()))
            if message is None:
                return None
            if isinstance(message, dict) and "method" not in message:
                return message

    def result(self, wait=WAIT):
        answer = self.answer(wait)
        if answer is None or "result" not in answer:
            raise AssertionError(f"no result: HTTP {self.status}, {answer if answer is not None else self._text}")
        return answer["result"]

    def error_code(self, wait=WAIT):
        answer = self.answer(wait)
        return answer["error"]["code"] if answer and "error" in answer else None

    def notices(self, method=None):
        return [m for m in self.seen if "method" in m and "id" not in m and (method is None or m["method"] == method)]

    def close(self):
        """Drops the connection, as a client does that goes away."""
        try:
            self.link.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        if self._lines is None:
            self.http.close()
            self.link.close()


JSON_HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


def text_of(result):
    return result["content"][0].get("text", "") if result.get("content") else ""


class Legacy:
    """A client of the handshake era: a session."""

    def __init__(self, door, path, version=LEGACY, capabilities=None, name="test", open_now=True, headers=None):
        self.door, self.path, self.version = door, path, version
        self.capabilities = capabilities or {}
        self.name = name
        self.extra = headers or {}
        self.session = None
        self.next_id = 0
        self.opened = None
        if open_now:
            self.open()

    def headers(self, more=None):
        all_of = dict(JSON_HEADERS)
        if self.session:
            all_of["Mcp-Session-Id"] = self.session
            all_of["MCP-Protocol-Version"] = self.version
        all_of.update(self.extra)
        all_of.update(more or {})
        return all_of

    def open(self):
        params = {"protocolVersion": self.version, "capabilities": self.capabilities,
                  "clientInfo": {"name": self.name, "version": "1"}}
        exchange = self.send("initialize", params)
        answer = exchange.answer()
        if exchange.status != 200 or not answer or "result" not in answer:
            raise AssertionError(f"initialize: HTTP {exchange.status}, {answer}")
        self.opened = answer["result"]
        self.session = exchange.header("Mcp-Session-Id")
        self.version = self.opened["protocolVersion"]
        self.notify("notifications/initialized")
        return self

    def raw(self, body, headers=None, link=None):
        return Exchange(self.door, "POST", self.path, body, self.headers(headers), link)

    def send(self, method, params=None, ident=None, headers=None):
        if ident is None:
            self.next_id += 1
            ident = self.next_id
        body = {"jsonrpc": "2.0", "id": ident, "method": method}
        if params is not None:
            body["params"] = params
        return self.raw(json.dumps(body), headers)

    def call(self, tool, arguments=None, ident=None, token=None, **params):
        params = {"name": tool, "arguments": arguments or {}, **params}
        if token is not None:
            params["_meta"] = {"progressToken": token}
        return self.send("tools/call", params, ident)

    def notify(self, method, params=None):
        body = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            body["params"] = params
        return self.raw(json.dumps(body)).status

    def respond(self, ident, result=None, error=None):
        body = {"jsonrpc": "2.0", "id": ident}
        body.update({"error": error} if error else {"result": result or {}})
        return self.raw(json.dumps(body)).status

    def get(self, last_event=None, headers=None):
        more = {"Content-Type": None, "Accept": "text/event-stream"}
        if last_event is not None:
            more["Last-Event-ID"] = last_event
        more.update(headers or {})
        return Exchange(self.door, "GET", self.path, None, self.headers(more))

    def delete(self):
        return Exchange(self.door, "DELETE", self.path, None, self.headers({"Content-Type": None})).status


class Modern:
    """A client of the per-request era: every request carries its envelope."""

    def __init__(self, door, path, capabilities=None, headers=None):
        self.door, self.path = door, path
        self.capabilities = capabilities or {}
        self.extra = headers or {}
        self.next_id = 0

    def send(self, method, params=None, ident=None, headers=None, meta=None, link=None):
        if ident is None:
            self.next_id += 1
            ident = self.next_id
        params = dict(params or {})
        envelope = {PREFIX + "protocolVersion": MODERN, PREFIX + "clientCapabilities": self.capabilities,
                    PREFIX + "clientInfo": {"name": "test", "version": "1"}}
        envelope.update(meta or {})
        params["_meta"] = {key: value for key, value in envelope.items() if value is not None}
        named = params.get({"resources/read": "uri", "tools/call": "name", "prompts/get": "name", "tasks/get": "taskId",
                            "tasks/update": "taskId", "tasks/cancel": "taskId"}.get(method, ""))
        all_of = {**JSON_HEADERS, "MCP-Protocol-Version": MODERN, "Mcp-Method": method}
        if named is not None:
            all_of["Mcp-Name"] = named
        all_of.update(self.extra)
        all_of.update(headers or {})
        body = {"jsonrpc": "2.0", "id": ident, "method": method, "params": params}
        return Exchange(self.door, "POST", self.path, json.dumps(body), all_of, link)

    def call(self, tool, arguments=None, ident=None, token=None, headers=None, **params):
        meta = {"progressToken": token} if token is not None else None
        return self.send("tools/call", {"name": tool, "arguments": arguments or {}, **params}, ident, headers, meta)

    def listen(self, **wanted):
        """subscriptions/listen; the first message is the acknowledgement."""
        return self.send("subscriptions/listen", {"notifications": wanted})


# ---- what reached the server ----


class Trace:
    """The file that the fixture's --trace writes: every line it received."""

    def __init__(self, path):
        self.path = path

    def lines(self):
        try:
            with open(self.path, encoding="utf-8", errors="replace") as file:
                return [json.loads(line) for line in file if line.strip().startswith("{")]
        except FileNotFoundError:
            return []

    def count(self, method, **params):
        return sum(1 for line in self.lines() if line.get("method") == method and
                   all(line.get("params", {}).get(key) == value for key, value in params.items()))

    def calls(self, tool):
        return self.count("tools/call", name=tool)


def until(condition, wait=WAIT):
    end = time.monotonic() + wait
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def together(*functions):
    """All at once; their results in order, what one throws is thrown."""
    results = [None] * len(functions)
    thrown = []

    def run(at, function):
        try:
            results[at] = function()
        except Exception as why:  # noqa: BLE001
            thrown.append(why)

    threads = [threading.Thread(target=run, args=(at, function)) for at, function in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT * 3)
    if thrown:
        raise thrown[0]
    return results
