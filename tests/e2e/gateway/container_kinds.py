"""Through the gateway to containers: one over HTTP, and one for each client."""

import os
import subprocess

from mcp_client import Door, Legacy, attempt, check, same, text_of, until


def own_containers():
    rows = subprocess.run(["docker", "ps", "-aq", "--filter", "label=mcpm.kind=own", "--filter", "label=mcpm.data=" + os.environ["MCP_DATA_ID"]],
                          capture_output=True, text=True, timeout=30, check=False).stdout
    return set(rows.split())


def over_http(door):
    client = Legacy(door, "/mcp/web")
    same(0, "a client reaches the container over HTTP", "through", text_of(client.call("echo", {"message": "through"}).result()))
    client.delete()


def per_client(door):
    same(0, "before a client comes there is no container for one", set(), own_containers())
    first, second = Legacy(door, "/mcp/own"), Legacy(door, "/mcp/own")
    same(0, "the first client is answered", "one", text_of(first.call("echo", {"message": "one"}).result()))
    same(0, "the second client is answered", "two", text_of(second.call("echo", {"message": "two"}).result()))
    both = own_containers()
    same(0, "each has a container", 2, len(both))
    first.delete()
    check(0, "which ends with its session", until(lambda: len(own_containers()) == 1))
    same(0, "the other's stays, and answers", "still", text_of(second.call("echo", {"message": "still"}).result()))
    check(0, "and is the same", own_containers() < both)
    second.delete()
    check(0, "until its session ends too", until(lambda: not own_containers()))


attempt(over_http, Door.of_environment())
attempt(per_client, Door.of_environment())
