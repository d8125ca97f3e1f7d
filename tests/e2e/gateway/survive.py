"""What a client of the handshake era keeps when the agent is replaced under it (check 19: session ids)."""

import http.client
import json
import os
import signal
import subprocess

from mcp_client import Door, Legacy, Trace, check, same, until

door = Door.of_environment()
PATH = "/mcp/plain"
trace = Trace(os.environ["MCP_SANDBOX"] + "/trace.plain")
URI = {"uri": "test://watched"}


def agent():
    said = subprocess.run(["mcpm", "agent", "status", "-o", "json"], capture_output=True, text=True).stdout
    try:
        return json.loads(said)["pid"]
    except (ValueError, KeyError):
        return None


def ends_well(stream):
    stream.link.settimeout(10)
    try:
        stream.head().read()
        return True
    except (OSError, http.client.HTTPException):
        return False


def goes_on(client, how):
    same(19, f"{how}: the session is known", 200, client.send("ping").status)
    same(19, f"{how}: and used", {}, client.send("ping").result())
    check(19, f"{how}: with the server", client.call("echo", {"message": how}).result() is not None)


def main():
    client, other, ended = (Legacy(door, PATH) for _ in range(3))
    client.send("logging/setLevel", {"level": "debug"}).result()
    client.send("resources/subscribe", URI).result()
    ended.delete()
    stream = other.get()
    same(19, "a stream", 200, stream.status)
    subscribed = trace.count("resources/subscribe", **URI)

    same(19, "a restart of the agent", 0, subprocess.run(["mcpm", "agent", "restart"]).returncode)
    goes_on(client, "restart")
    same(19, "one that had ended is not known again", 404, ended.send("ping").status)
    same(19, "the server was not subscribed to again", subscribed, trace.count("resources/subscribe", **URI))
    check(19, "a stream that was read came to its proper end", ends_well(stream))
    same(19, "its reader comes again", 200, other.get(last_event="0-7").status)

    for round in range(3):
        same(19, f"upgrade {round}", 0, subprocess.run(["mcpm", "agent", "upgrade"]).returncode)
    goes_on(client, "three upgrades in a row")

    before = agent()
    until(lambda: os.path.exists(os.environ["XDG_RUNTIME_DIR"] + "/mcpm/sessions.json"))
    os.kill(before, signal.SIGKILL)
    check(19, "another agent after a kill", until(lambda: agent() not in (None, before), 20))
    goes_on(client, "kill")


main()
