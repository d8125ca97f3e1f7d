"""What every client program does, whatever its SDK: it reads steps from standard input, one JSON object a line, and prints
one for each, {"ok": …} or {"error": TEXT}. Arguments: ERA (legacy, auto, modern) and TARGET…: a URL, or a command that speaks
over its pipes. The first line it prints says that it is connected.

    {"do": "list"}                                    the names of the tools
    {"do": "call", "name": …, "arguments": {…}}       the text of the answer
    {"do": "progress", "name": …}                     what was heard before the answer
    {"do": "cancel", "name": …, "arguments": {…}}     given up after half a second
    {"do": "many", "count": 50}                       `echo` so often at once: how many got their own words back

Asked for input it answers: every text is "from-client", a sample "from-model", its root file:///from-client."""
import asyncio
import json
import sys

SAMPLE = "from-model"
ROOT = "file:///from-client"


def fill(schema):
    words = {"string": "from-client", "boolean": True, "integer": 1, "number": 1}
    return {name: words.get(what.get("type"), "from-client") for name, what in schema.get("properties", {}).items()}


def words_of(error):
    inner = getattr(error, "exceptions", None)
    return words_of(inner[0]) if inner else f"{type(error).__name__}: {error}"


async def many(client, count):
    asked = [f"one of many {number}" for number in range(count)]
    answers = await asyncio.gather(*(client.call("echo", {"message": one}) for one in asked))
    return sum(one == answer for one, answer in zip(asked, answers))


async def cancel(client, step):
    task = asyncio.ensure_future(client.call(step["name"], step.get("arguments", {})))
    await asyncio.sleep(0.5)
    task.cancel()
    try:
        return await task
    except asyncio.CancelledError:
        return "cancelled"


async def progress(client, step):
    heard = []

    async def hear(value, total=None, message=None):
        heard.append(value)

    await client.call(step["name"], step.get("arguments", {}), hear)
    return heard


async def carry_out(client, step):
    if step["do"] == "list":
        return await client.list()
    if step["do"] == "call":
        return await client.call(step["name"], step.get("arguments", {}))
    if step["do"] == "many":
        return await many(client, step["count"])
    return await {"progress": progress, "cancel": cancel}[step["do"]](client, step)


async def follow(client):
    print(json.dumps({"ok": "connected"}), flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        try:
            said = {"ok": await carry_out(client, json.loads(line))}
        except Exception as error:  # whatever the SDK throws is said, and the next step is taken
            said = {"error": words_of(error)}
        print(json.dumps(said), flush=True)


def run(connect):
    """connect(era, target): an asynchronous context manager of a client with list() and call(name, arguments, hear)."""

    async def main():
        async with connect(sys.argv[1], sys.argv[2:]) as client:
            await follow(client)

    try:
        asyncio.run(main())
    except BaseException as error:
        print(json.dumps({"error": "ended: " + words_of(error)}), flush=True)
        sys.exit(1)
