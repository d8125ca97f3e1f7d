"""200 clients, 50 servers, 10,000 calls with random drops (check 99), from a fixed seed.

Half of the clients speak as `mcpm connect` does, over one connection each that is lost in the middle of calls; half post
single calls of 2026-07-28 over HTTP, and hang up on some. One loop drives them all.
"""

import asyncio
import json
import os
import random
import subprocess

from mcp_client import MODERN, PREFIX, check, same

SOCKET = os.environ["MCP_SOCKET"]
CLIENTS, CALLS, SERVERS = 200, 50, 50
LIMIT = 120
chance = random.Random(20261122)
META = {PREFIX + "protocolVersion": MODERN, PREFIX + "clientCapabilities": {}, PREFIX + "clientInfo": {"name": "many", "version": "1"}}
answered, crossed, missing = [0], [], []


def plan():
    """Of each client: the server, whether it hangs up on the call, how long the call takes."""
    return [(f"s{chance.randrange(SERVERS)}", chance.random() < 0.05, chance.random() < 0.2) for _ in range(CALLS)]


def request(ident, text, slow, meta=None):
    arguments = {"ms": 20} if slow else {"message": text}
    params = {"name": "sleep" if slow else "echo", "arguments": arguments}
    if meta:
        params["_meta"] = meta
    return json.dumps({"jsonrpc": "2.0", "id": ident, "method": "tools/call", "params": params})


def judge(answer, ident, wanted):
    got = answer.get("result", {}).get("content", [{}])[0].get("text")
    if answer.get("id") != ident or got != wanted:
        crossed.append((ident, wanted, str(answer)[:200]))
    answered[0] += 1


class Line:
    """One client of `mcpm connect`'s kind."""

    async def open(self):
        self.reader, self.writer = await asyncio.open_unix_connection(SOCKET)
        self.writer.write(b"GET /mcp/stdio HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: mcp-stdio\r\n\r\n")
        head = await self.reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in head, head
        self.send('{"jsonrpc":"2.0","id":"i","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},'
                  '"clientInfo":{"name":"many","version":"1"}}}')
        await self.reader.readline()
        self.send('{"jsonrpc":"2.0","method":"notifications/initialized"}')

    def send(self, line):
        self.writer.write(line.encode() + b"\n")

    async def answer(self):
        while True:
            message = json.loads(await self.reader.readline())
            if "id" in message and "method" not in message:
                return message


async def live_on_lines(number, calls):
    line = None
    for turn, (server, drops, slow) in enumerate(calls):
        if line is None:
            line = Line()
            await line.open()
        text = f"{number}-{turn}"
        params = {"name": f"{server}__{'sleep' if slow else 'echo'}", "arguments": {"ms": 20} if slow else {"message": text}}
        line.send(json.dumps({"jsonrpc": "2.0", "id": turn, "method": "tools/call", "params": params}))
        if drops:
            await line.writer.drain()
            line.writer.close()
            line = None
            continue
        judge(await line.answer(), turn, "slept" if slow else text)
    if line:
        line.writer.close()


async def post(server, ident, text, slow, drops):
    body = request(ident, text, slow, META).encode()
    reader, writer = await asyncio.open_unix_connection(SOCKET)
    head = (f"POST /mcp/{server} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
            f"Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: {MODERN}\r\nMcp-Method: tools/call\r\n"
            f"Mcp-Name: {'sleep' if slow else 'echo'}\r\nContent-Length: {len(body)}\r\n\r\n")
    writer.write(head.encode() + body)
    if not drops:
        whole = await reader.read()
        found = whole[whole.index(b"\r\n\r\n"):]
        judge(json.loads(found[found.index(b"{"):found.rindex(b"}") + 1]), ident, "slept" if slow else text)
    else:
        await writer.drain()
    writer.close()


async def live_on_posts(number, calls):
    for turn, (server, drops, slow) in enumerate(calls):
        await post(server, turn, f"{number}-{turn}", slow, drops)


async def guarded(number, life, calls):
    try:
        await life(number, calls)
    except Exception as why:  # noqa: BLE001
        missing.append((number, repr(why)))


async def all_of_them():
    plans = [plan() for _ in range(CLIENTS)]
    lives = [guarded(number, live_on_posts if number % 2 else live_on_lines, calls) for number, calls in enumerate(plans)]
    await asyncio.wait_for(asyncio.gather(*lives), LIMIT)
    return sum(drops for calls in plans for _, drops, _ in calls)


def agent():
    return json.loads(subprocess.run(["mcpm", "agent", "status", "-o", "json"], capture_output=True, text=True).stdout)


def memory():
    with open(f"/proc/{agent()['pid']}/smaps_rollup", encoding="ascii") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Private_Dirty"))


def in_flight():
    path = "/api/servers/s{}/stats"
    total = 0
    for number in range(SERVERS):
        answer = subprocess.run(["curl", "-s", "--unix-socket", SOCKET, "http://localhost" + path.format(number)],
                                capture_output=True, text=True).stdout
        total += json.loads(answer)["data"]["calls"]["inFlight"]
    return total


def many_clients():
    dropped = asyncio.run(all_of_them())
    kib = memory()
    same(99, "no client was left alone", [], missing[:5])
    same(99, f"{CLIENTS * CALLS} calls, {dropped} dropped: every other one is answered", CLIENTS * CALLS - dropped, answered[0])
    same(99, "no answer crosses", [], crossed[:5])
    open_calls = in_flight()
    for _ in range(50):
        if open_calls == 0:
            break
        open_calls = in_flight()
    same(99, "no open call is forgotten", 0, open_calls)
    # The first time warms what stays (catalogues, buffers of the allocator); what comes again and again must not add to it.
    answered[0] = 0
    again = asyncio.run(all_of_them())
    same(99, "once more", CLIENTS * CALLS - again, answered[0])
    same(99, "nothing crosses", [], crossed[:5])
    check(99, "memory returns to where it was", memory() < kib * 1.25 + 4096, f"{kib} KiB, then {memory()} KiB")


many_clients()
