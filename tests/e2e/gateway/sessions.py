"""Sessions of the handshake era (checks 19 to 29)."""

import json
import os
import subprocess

from mcp_client import Door, Exchange, Legacy, Trace, attempt, check, same, text_of, until

door = Door.of_environment()
PATH = "/mcp/plain"
trace = Trace(os.environ["MCP_SANDBOX"] + "/trace.plain")
VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")


def ids():
    clients = [Legacy(door, PATH) for _ in range(20)]
    found = {client.session for client in clients}
    same(19, "twenty clients have twenty ids", 20, len(found))
    check(19, "of visible ASCII", all(all(0x21 <= ord(c) <= 0x7E for c in ident) for ident in found), found)
    check(19, "long enough not to be guessed", min(map(len, found)) >= 22, found)
    for client in clients:
        client.delete()


def without_a_session():
    client = Legacy(door, PATH)
    good = client.session
    client.session = None
    same(20, "a POST without an id: 400", 400, client.send("tools/list", headers={"MCP-Protocol-Version": "2025-11-25"}).status)
    check(20, "a GET without one: 400 or 405", client.get().status in (400, 405))
    client.session = "no-such-session"
    same(20, "an unknown one: 404", 404, client.send("tools/list").status)
    same(20, "a GET with it: 404", 404, client.get().status)
    same(20, "a DELETE with it: 404", 404, client.delete())
    same(20, "an id of another server's path: 404", 404,
         Exchange(door, "POST", "/mcp/other", '{"jsonrpc":"2.0","id":1,"method":"ping"}',
                  {**client.headers(), "Mcp-Session-Id": good}).status)


def ending():
    first, second = Legacy(door, PATH), Legacy(door, PATH)
    check(21, "DELETE is answered", first.delete() in (200, 202, 204))
    same(21, "later use: 404", 404, first.send("ping").status)
    same(21, "a second DELETE: 404", 404, first.delete())
    same(21, "others go on", 200, second.send("ping").status)


def ending_during_a_call():
    client, other = Legacy(door, PATH), Legacy(door, PATH)
    before = trace.count("notifications/cancelled")
    exchange = client.call("silent")
    check(22, "the call reaches the server", until(lambda: trace.calls("silent") > 0))
    client.delete()
    check(22, "it is cancelled there", until(lambda: trace.count("notifications/cancelled") > before))
    exchange.answer(2)
    other.call("echo", {"message": "x"}).result()
    same(22, "once", before + 1, trace.count("notifications/cancelled"))


def versions():
    client = Legacy(door, PATH)
    same(25, "an unknown version in the header: 400", 400,
         client.send("ping", headers={"MCP-Protocol-Version": "1999-01-01"}).status)
    same(25, "no header: the session's", 200, client.send("ping", headers={"MCP-Protocol-Version": None}).status)
    check(25, "another than was agreed is 400 or served",
          client.send("ping", headers={"MCP-Protocol-Version": "2025-06-18"}).status in (200, 400))
    clients = [Legacy(door, PATH, version=version) for version in VERSIONS]
    for version, one in zip(VERSIONS, clients):
        same(27, f"{version} is given back", version, one.opened["protocolVersion"])
    for one in clients:
        same(27, f"{one.version} works beside the others", one.version,
             text_of(one.call("echo", {"message": one.version}).result()))
    same(27, "what is not known gets the newest", "2025-11-25",
         Legacy(door, PATH, version="2031-01-01").opened["protocolVersion"])


def opening_again():
    client = Legacy(door, PATH)
    old = client.session
    exchange = client.send("initialize", {"protocolVersion": "2025-11-25", "capabilities": {},
                                          "clientInfo": {"name": "again", "version": "1"}})
    same(26, "initialize with an old id: 200", 200, exchange.status)
    fresh = exchange.header("Mcp-Session-Id")
    check(26, "starts a new session", fresh and fresh != old, fresh)
    gone = Legacy(door, PATH, open_now=False)
    gone.session = "long-gone"
    same(26, "with a dead one too", 200, gone.send("initialize", {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "again", "version": "1"}}).status)


def before_initialized():
    client = Legacy(door, PATH, open_now=False)
    exchange = client.send("initialize", {"protocolVersion": "2025-11-25", "capabilities": {},
                                          "clientInfo": {"name": "early", "version": "1"}})
    client.session = exchange.header("Mcp-Session-Id")
    same(28, "ping before initialized", 200, client.send("ping").status)
    before = trace.calls("echo")
    early = client.call("echo", {"message": "early"})
    check(28, "a call before initialized is answered", early.status in (200, 400), early.status)
    check(28, "and reaches the server once at most", trace.calls("echo") - before <= 1)


def another_clients_session():
    client = Legacy(door, PATH)
    thief = Legacy(Door("tcp", "127.0.0.1", int(os.environ["MCP_OTHER_PORT"])), PATH, open_now=False)
    thief.session = client.session
    for what, status in (("call", thief.call("echo").status), ("GET", thief.get().status), ("DELETE", thief.delete())):
        check(23, f"a {what} with another's session is refused", status in (401, 404), status)
    same(23, "which goes on", 200, client.send("ping").status)


def bounded():
    clients, refused = [], None
    for _ in range(2100):
        client = Legacy(door, PATH, open_now=False)
        exchange = client.send("initialize", {"protocolVersion": "2025-11-25", "capabilities": {},
                                              "clientInfo": {"name": "many", "version": "1"}})
        exchange.text()
        client.session = exchange.header("Mcp-Session-Id")
        if exchange.status != 200:
            refused = exchange
            break
        clients.append(client)
    check(24, "the number of sessions is bounded", refused is not None, len(clients))
    same(24, "the first goes on, or was the idlest", True, clients[0].send("ping").status in (200, 404))
    for client in clients:
        client.delete()
    same(24, "those that end make room", 200, Legacy(door, PATH).send("ping").status)


def after_an_agent():
    client, over = Legacy(door, PATH), Legacy(door, PATH)
    over.delete()
    ended = subprocess.run(["mcpm", "agent", "restart"], capture_output=True, text=True)
    check(29, "the agent restarts", ended.returncode == 0, ended.stderr)
    same(29, "an old session goes on", "back", text_of(client.call("echo", {"message": "back"}).result()))
    # TCP without a token is another caller than the socket's; the port may be another one now.
    listening = json.loads(subprocess.run(["mcpm", "agent", "status", "-o", "json"], capture_output=True, text=True).stdout)["tcp"]
    port = next(int(one["address"].rsplit(":", 1)[1]) for one in listening if one["listening"])
    thief = Legacy(Door("tcp", "127.0.0.1", port), PATH, open_now=False)
    thief.session = client.session
    for what, status in (("call", thief.call("echo").status), ("GET", thief.get().status), ("DELETE", thief.delete())):
        same(29, f"with its own credential only: another's {what} is 404", 404, status)
    same(29, "at its own address only", 404,
         Exchange(door, "POST", "/mcp/other", '{"jsonrpc":"2.0","id":1,"method":"ping"}', client.headers()).status)
    same(29, "one that had ended: 404", 404, over.send("ping").status)
    over.session = "0" * 64
    same(29, "one that never was: 404", 404, over.send("ping").status)
    same(29, "the client may start over", "anew", text_of(Legacy(door, PATH).call("echo", {"message": "anew"}).result()))
    same(29, "and the old one ends when it is asked to", (True, 404), (client.delete() in (200, 202, 204), client.send("ping").status))
    # A server of 2026-07-28 has no handshake; server/discover is also what its health check asks.
    check(60, "the server was not shaken hands with again", trace.count("initialize") <= 1)


for group in (ids, without_a_session, ending, ending_during_a_call, versions, opening_again, before_initialized, another_clients_session, bounded,
              after_an_agent):
    attempt(group)
