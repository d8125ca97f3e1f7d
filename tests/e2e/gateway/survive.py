"""What a client of the handshake era keeps when the agent is replaced under it (check 29)."""

import http.client
import json
import os
import signal
import subprocess

from mcp_client import Door, Legacy, Trace, check, same, until

door = Door.of_environment()
PATH = "/mcp/plain"
FRESH = "/mcp/fresh"  # of 2026-07-28: its subscriptions are one open request of the agent's
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


def hears(client, how):
    stream = client.get()
    check(29, f"{how}: its stream is there", stream.status == 200, stream.status)
    client.call("touch", URI).result()
    heard = []
    while (message := stream.message(3)) is not None:
        heard.append(message)
        if message.get("method") == "notifications/resources/updated":
            break
    check(29, f"{how}: it hears of what it subscribed to", heard and heard[-1].get("params", {}).get("uri") == URI["uri"], heard)
    stream.close()


def goes_on(client, how):
    same(29, f"{how}: the session is known", 200, client.send("ping").status)
    same(29, f"{how}: and used", {}, client.send("ping").result())
    check(29, f"{how}: with the server", client.call("echo", {"message": how}).result() is not None)


def main():
    client, other, ended = (Legacy(door, PATH) for _ in range(3))
    fresh = Legacy(door, FRESH)
    fresh.send("resources/subscribe", URI).result()
    client.send("logging/setLevel", {"level": "debug"}).result()
    client.send("resources/subscribe", URI).result()
    ended.delete()
    stream = other.get()
    same(29, "a stream", 200, stream.status)
    subscribed = trace.count("resources/subscribe", **URI)

    same(29, "a restart of the agent", 0, subprocess.run(["mcpm", "agent", "restart"]).returncode)
    goes_on(client, "restart")
    hears(client, "restart")
    hears(fresh, "restart, a server of 2026-07-28")
    same(29, "one that had ended is not known again", 404, ended.send("ping").status)
    same(29, "the server was not subscribed to again", subscribed, trace.count("resources/subscribe", **URI))
    check(29, "a stream that was read came to its proper end", ends_well(stream))
    same(29, "its reader comes again", 200, other.get(last_event="0-7").status)

    for round in range(3):
        same(29, f"upgrade {round}", 0, subprocess.run(["mcpm", "agent", "upgrade"]).returncode)
    goes_on(client, "three upgrades in a row")
    hears(client, "three upgrades in a row")
    hears(fresh, "three upgrades in a row, a server of 2026-07-28")

    before = agent()
    until(lambda: os.path.exists(os.environ["XDG_RUNTIME_DIR"] + "/mcpm/sessions.json"))
    os.kill(before, signal.SIGKILL)
    check(29, "another agent after a kill", until(lambda: agent() not in (None, before), 20))
    goes_on(client, "kill")
    hears(client, "kill")
    hears(fresh, "kill, a server of 2026-07-28")
    client.send("resources/unsubscribe", URI).result()
    check(29, "its subscription was kept: the last one's end releases it",
          until(lambda: trace.count("resources/unsubscribe", **URI) == 1, 5))


main()
