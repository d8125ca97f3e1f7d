"""`mcpm connect` on a running agent, as a client sees it; run as `connect_story.py NAME SERVER`."""
import json
import os
import signal
import subprocess
import sys

from agent_stand_in import Client


def shaken(server, version="2025-06-18"):
    client = Client(*([server] if server else []))
    client.ask(0, "initialize", protocolVersion=version, capabilities={},
               clientInfo={"name": "story", "version": "1"})
    answer = client.hear()
    assert answer["id"] == 0 and answer["result"]["protocolVersion"] == version, answer
    client.say({"jsonrpc": "2.0", "method": "notifications/initialized"})
    return client


def answer_to(client, identity):
    while True:
        message = client.hear()
        if message.get("id") == identity and "method" not in message:
            return message


def echo(client, identity, text):
    client.ask(identity, "tools/call", name="echo", arguments={"message": text})
    answer = answer_to(client, identity)
    assert text in json.dumps(answer["result"]), answer


def use(server):
    """The handshake, a list, calls with odd ids; the end of input is the end."""
    client = shaken(server)
    client.ask("list", "tools/list")
    assert any(tool["name"] == "echo" for tool in answer_to(client, "list")["result"]["tools"])
    for identity in (1, "1", 2 ** 53 - 1, -7):
        echo(client, identity, f"to {identity}")
    client.say(b"no message\n")
    assert client.hear()["error"]["code"] == -32700
    status, out, err = client.end()
    assert (status, out, err) == (0, b"", ""), (status, out, err)


def modern(server):
    """The per-request era on the same door."""
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {}}
    client = Client(server)
    client.ask(1, "server/discover", _meta=meta)
    assert "2026-07-28" in answer_to(client, 1)["result"]["supportedVersions"]
    client.ask(2, "tools/call", name="echo", arguments={"message": "modern"}, _meta=meta)
    assert "modern" in json.dumps(answer_to(client, 2)["result"])
    assert client.end()[0] == 0


def two(server):
    """Two of one client share the server, and equal ids do not meet."""
    one, other = shaken(server), shaken(server)
    for client, text in ((one, "one"), (other, "other")):
        client.ask(5, "tools/call", name="echo", arguments={"message": text})
    assert "other" in json.dumps(answer_to(other, 5))
    assert '"one' in json.dumps(answer_to(one, 5))
    assert one.end()[0] == 0
    echo(other, 6, "still")
    assert other.end()[0] == 0


def agent_pid():
    said = subprocess.run(["mcpm", "agent", "status", "-o", "json"], capture_output=True, check=True)
    return json.loads(said.stdout)["pid"]


def agent_killed(server):
    """A call in flight fails, with its id; the session goes on, and what is said meanwhile is answered."""
    client = shaken(server)
    echo(client, 1, "before")
    client.ask("slow", "tools/call", name="sleep", arguments={"ms": 60_000})
    client.ask(2, "ping")
    answer_to(client, 2)
    os.kill(agent_pid(), signal.SIGKILL)
    lost = answer_to(client, "slow")
    assert lost["error"]["code"] == -32000, lost
    echo(client, 3, "after")
    assert client.end()[0] == 0


def agent_restarted(server):
    client = shaken(server)
    echo(client, 1, "before")
    subprocess.run(["mcpm", "agent", "restart"], check=True, capture_output=True)
    echo(client, 2, "after")
    status, out, _ = client.end()
    assert (status, out) == (0, b"")


def aggregate(_):
    client = shaken("")
    client.ask(1, "tools/list")
    assert any(tool["name"].endswith("echo") for tool in answer_to(client, 1)["result"]["tools"])
    assert client.end()[0] == 0


def memory(server):
    client = shaken(server)
    echo(client, 1, "x" * 1_000_000)
    for identity in range(2, 300):
        echo(client, identity, "y")
    print(f"   the shim's most memory: {client.memory() / 1e6:.1f} MB")
    assert client.end()[0] == 0


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
