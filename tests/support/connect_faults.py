"""One fault of `mcpm connect` per function; run as `connect_faults.py NAME`. The agent is a stand-in."""
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time

from agent_stand_in import Client, Lines, StandIn, reopen


def lost_error(message, identity):
    assert message["id"] == identity and type(message["id"]) is type(identity), message
    assert message["error"]["code"] == -32000 and "went away" in message["error"]["message"], message


def restart():
    """An agent that goes away in the middle of calls: they fail, the session goes on."""
    agent = StandIn()
    client = Client("fs")
    first = agent.accept(surplus=b'{"jsonrpc":"2.0","method":"notifications/early"}\n')
    assert agent.asked[0].startswith("GET /mcp/fs/stdio HTTP/1.1\r\n")
    assert client.hear()["method"] == "notifications/early"
    client.open(first)
    client.ask(1, "resources/subscribe", uri="file:///a")
    first.answer(first.hear())
    client.hear()
    client.ask(7, "tools/call", name="slow")
    first.hear()
    client.ask("7", "tools/call", name="slow")
    first.hear()
    first.say({"jsonrpc": "2.0", "id": 99, "method": "sampling/createMessage", "params": {}})
    client.hear()
    first.say(b'{"jsonrpc":"2.0","id":7,"resu')
    first.close()
    heard = [client.hear() for _ in range(3)]
    errors = sorted((m for m in heard if "error" in m), key=lambda m: str(type(m["id"])))
    lost_error(errors[0], 7)
    lost_error(errors[1], "7")
    assert [m["params"]["requestId"] for m in heard if m.get("method") == "notifications/cancelled"] == [99]
    # Said while there is no agent: waits. The late answer to a request of the old side goes nowhere.
    client.ask(8, "tools/call", name="waits")
    client.say({"jsonrpc": "2.0", "id": 99, "result": {}})
    client.ask(9, "ping")
    second, repeated = reopen(agent)
    assert [m["method"] for m in repeated] == ["initialize", "notifications/initialized"], repeated
    assert repeated[0]["params"]["protocolVersion"] == "2025-06-18"
    subscribe = second.hear()
    assert subscribe["params"]["uri"] == "file:///a"
    second.answer(subscribe)
    waiting = second.hear()
    assert waiting["id"] == 8
    second.answer(waiting)
    assert client.hear()["id"] == 8
    ping = second.hear()
    assert ping["id"] == 9
    second.answer(ping)
    assert client.hear()["id"] == 9
    status, out, err = client.end()
    assert status == 0 and out == b"", (status, out)
    assert "went away" in err and "again" in err, err
    assert second.hear() is None


def long_lines():
    """50 MB each way, in little memory; and one that is cut in the middle, either way."""
    agent = StandIn()
    client = Client("fs")
    first = agent.accept()
    client.open(first)
    body = b"x" * 50_000_000
    request = b'{"method":"tools/call","params":{"t":"' + body + b'"},"jsonrpc":"2.0","id":10}'
    sender = threading.Thread(target=client.say, args=(request + b"\n",))
    sender.start()
    assert first.line() == request
    sender.join()
    answer = b'{"result":{"t":"' + body + b'"},"jsonrpc":"2.0","id":10}\n'
    sender = threading.Thread(target=first.say, args=(answer,))
    sender.start()
    assert client.line() == answer
    sender.join()
    if os.environ.get("MCPM_MEMORY_COUNTS"):
        assert client.memory() < 5_000_000, client.memory()
    # The answer breaks off far behind what is kept.
    client.ask(11, "tools/call", name="x")
    first.hear()
    sender = threading.Thread(target=lambda: (first.say(answer[:3_000_000]), first.close()))
    sender.start()
    assert client.line() == answer[:3_000_000] + b"\n"
    sender.join()
    lost_error(client.hear(), 11)
    second, _ = reopen(agent)
    # The agent breaks off while it takes a long request: the rest of that line goes nowhere.
    sender = threading.Thread(target=client.say, args=(request[:3_000_000],))
    sender.start()
    taken = 0
    while taken < 2_000_000:
        taken += len(second.connection.recv(1 << 20))
    second.close()
    sender.join()
    third, _ = reopen(agent)
    client.say(request[3_000_000:] + b"\n")
    lost_error(client.hear(), 10)
    client.ask(12, "ping")
    ping = third.hear()
    assert ping["id"] == 12
    third.answer(ping)
    assert client.hear()["id"] == 12
    assert client.end()[0] == 0


def in_the_handshake():
    """An agent that goes away before it answers `initialize`: the next one gets it again."""
    agent = StandIn()
    client = Client()
    first = agent.accept()
    assert agent.asked[0].startswith("GET /mcp/stdio HTTP/1.1\r\n")
    client.ask(0, "initialize", protocolVersion="2025-06-18")
    said = first.hear()
    first.close()
    second = agent.accept()
    assert second.hear() == said
    second.answer(said, {"ok": True})
    assert client.hear()["result"] == {"ok": True}
    assert client.end()[0] == 0


def listening():
    """A listen of the per-request era goes on with the next agent."""
    agent = StandIn()
    client = Client("--profile", "my work")
    first = agent.accept()
    assert agent.asked[0].startswith("GET /mcp/p/my%20work/stdio HTTP/1.1\r\n")
    client.ask("L", "subscriptions/listen", notifications={"toolsListChanged": True})
    listen = first.hear()
    granted = {"jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
               "params": {"_meta": {"io.modelcontextprotocol/subscriptionId": "L"}}}
    first.say(granted)
    assert client.hear() == granted
    first.close()
    second = agent.accept()
    assert second.hear() == listen
    second.say(granted)
    second.say({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"})
    assert client.hear()["method"] == "notifications/tools/list_changed"
    assert client.end()[0] == 0


def refused():
    """What the agent refuses is one line on stderr, nothing on stdout, and a fixed exit status."""
    agent = StandIn()
    envelope = b'{"success":false,"error":"not this one","code":"%s"}'
    rpc = b'{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"not this one"}}'
    for body, status, wanted in ((envelope % b"SERVER_NOT_FOUND", 404, 4), (rpc, 404, 4), (rpc, 403, 1),
                                 (envelope % b"FORBIDDEN", 403, 1)):
        client = Client("nope")
        client.process.stdin.close()  # a client that has ended its input is told as well
        agent.accept(b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" %
                     (status, len(body), body))
        end = time.monotonic() + 20
        while client.process.poll() is None and time.monotonic() < end:  # it may ask for names like it
            if select.select([agent.listener], [], [], 0.1)[0]:
                agent.accept(b"HTTP/1.1 404 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        code = client.process.wait(timeout=20)
        out, err = client.process.stdout.read(), client.process.stderr.read().decode()
        assert code == wanted and out == b"", (code, out, err)
        assert err.startswith("mcpm: ") and err.count("\n") == 1 and "not this one" in err, err


def reader_gone():
    """A client that reads no more ends the shim; that is no failure, and the agent sees the end."""
    agent = StandIn()
    client = Client("fs")
    first = agent.accept()
    client.open(first)
    client.process.stdout.close()
    assert client.process.wait(timeout=20) == 0
    assert first.hear() is None


def over_sockets():
    """Node gives its children sockets, not pipes."""
    agent = StandIn()
    ours, theirs = socket.socketpair()
    ours.settimeout(20)
    process = subprocess.Popen(["mcpm", "connect", "fs"], stdin=theirs, stdout=theirs)
    theirs.close()
    first = agent.accept()
    talk = Lines(ours)
    talk.say({"jsonrpc": "2.0", "id": 1, "method": "ping"})
    big = {"t": "y" * 3_000_000}
    ping = first.hear()
    sender = threading.Thread(target=first.answer, args=(ping, big))
    sender.start()
    assert talk.hear()["result"] == big
    sender.join()
    ours.shutdown(socket.SHUT_WR)
    assert process.wait(timeout=20) == 0
    assert first.hear() is None


def stuck_client():
    """A client that does not read holds nobody's memory: the agent is slowed down."""
    agent = StandIn()
    client = Client("fs")
    first = agent.accept()
    first.connection.settimeout(1)
    line = json.dumps({"jsonrpc": "2.0", "method": "notifications/message", "params": {"t": "z" * 1000}}).encode()
    sent = 0
    try:
        for _ in range(100_000):
            sent += first.connection.send(line + b"\n")
    except TimeoutError:
        pass
    assert sent < 5_000_000, sent
    # Its end of input is noticed all the same.
    client.process.stdin.close()
    assert client.process.wait(timeout=20) == 0


if __name__ == "__main__":
    globals()[sys.argv[1]]()
