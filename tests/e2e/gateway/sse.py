"""Legacy HTTP+SSE of 2024-11-05 (check 109)."""

import json

from mcp_client import Door, Exchange, attempt, check, same, text_of

door = Door.of_environment()


class Old:
    """A client of 2024-11-05: one stream for what comes, one address for what goes."""

    def __init__(self, path):
        self.stream = Exchange(door, "GET", path, None, {"Accept": "text/event-stream"})
        same(109, f"GET {path} opens a stream", (200, True), (self.stream.status, self.stream.is_stream))
        self.endpoint = self.stream.event(5)[1]
        self.next_id = 0

    def post(self, message):
        return Exchange(door, "POST", self.endpoint, json.dumps(message), {"Content-Type": "application/json"})

    def ask(self, method, params=None):
        self.next_id += 1
        sent = self.post({"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params or {}})
        same(109, f"a POST of {method} is 202", 202, sent.status)
        return self.stream.answer(10)

    def open(self):
        answer = self.ask("initialize", {"protocolVersion": "2024-11-05", "capabilities": {},
                                         "clientInfo": {"name": "old", "version": "1"}})
        self.post({"jsonrpc": "2.0", "method": "notifications/initialized"}).text()
        return answer["result"]


def one_server():
    for path in ("/sse/legacy", "/sse/modern"):
        client = Old(path)
        check(109, "the first event names a relative address of ours", client.endpoint.startswith("/sse"), client.endpoint)
        same(109, "the version is kept", "2024-11-05", client.open()["protocolVersion"])
        same(109, "a call is answered on the stream", "hi", text_of(
            client.ask("tools/call", {"name": "echo", "arguments": {"message": "hi"}})["result"]))
        client.stream.close()


def batches():
    client = Old("/sse/legacy")
    client.open()
    sent = client.post([{"jsonrpc": "2.0", "id": 1, "method": "ping"}, {"jsonrpc": "2.0", "id": 2, "method": "ping"}])
    same(9, "a batch is 202", 202, sent.status)
    answers = client.stream.message()
    same(9, "and answered by one on the stream", [1, 2], sorted(one["id"] for one in answers))
    client.stream.close()


def comes_back():
    """As an EventSource does that was cut off: with the id of the last event that had one."""
    client = Old("/sse/legacy")
    client.open()
    session = client.endpoint.split("session=")[1]
    again = Exchange(door, "GET", "/sse/legacy", None, {"Accept": "text/event-stream", "Last-Event-ID": session})
    same(109, "a client that comes back has the address that it had", client.endpoint, again.event(5)[1])
    client.stream.close()
    client.stream = again
    same(109, "and goes on without a second handshake", "still", text_of(
        client.ask("tools/call", {"name": "echo", "arguments": {"message": "still"}})["result"]))
    stranger = Exchange(door, "GET", "/sse/modern", None, {"Accept": "text/event-stream", "Last-Event-ID": session})
    check(109, "an id of another address opens a new session", session not in stranger.event(5)[1])
    stranger.close()
    again.close()


def two_clients():
    first, second = Old("/sse/legacy"), Old("/sse/legacy")
    check(109, "two clients have two addresses", first.endpoint != second.endpoint)
    first.open(), second.open()
    first.ask("tools/call", {"name": "echo", "arguments": {"message": "mine"}})
    check(109, "an answer goes to one client only", second.stream.message(0.4) is None, second.stream.seen)
    first.stream.close()
    same(109, "the other goes on", "yours", text_of(
        second.ask("tools/call", {"name": "echo", "arguments": {"message": "yours"}})["result"]))


def refusals():
    client = Old("/sse/legacy")
    wrong = client.endpoint.replace(client.endpoint[-6:], "xxxxxx")
    client.endpoint = wrong
    same(109, "an unknown session: 404", 404, client.post({"jsonrpc": "2.0", "id": 1, "method": "ping"}).status)
    same(109, "an unknown server: 404", 404, Exchange(door, "GET", "/sse/nobody", None, {"Accept": "text/event-stream"}).status)


def all_as_one():
    client = Old("/sse")
    client.open()
    same(109, "all servers as one", "both", text_of(
        client.ask("tools/call", {"name": "modern__echo", "arguments": {"message": "both"}})["result"]))


for group in (one_server, batches, comes_back, two_clients, refusals, all_as_one):
    attempt(group)
