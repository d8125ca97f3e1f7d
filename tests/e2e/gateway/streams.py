"""Streams of the handshake era (checks 30 to 39)."""

import os

from mcp_client import Door, Exchange, Legacy, Trace, attempt, check, same, text_of, until

door = Door.of_environment()
PATH = "/mcp/plain"
trace = Trace(os.environ["MCP_SANDBOX"] + "/trace.plain")


def the_get_stream():
    client = Legacy(door, PATH)
    stream = client.get()
    check(30, "GET opens a stream or is 405", stream.status in (200, 405), stream.status)
    if stream.status == 405:
        return
    check(30, "of events", stream.is_stream, stream.header("Content-Type"))
    same(30, "it needs Accept", 406, client.get(headers={"Accept": "application/json"}).status)
    second = client.get()
    check(31, "a second one is 409 or takes its place", second.status in (200, 409), second.status)
    client.call("grow").result()
    heard = [stream.message(3)] if second.status == 409 else [stream.message(0.5), second.message(3)]
    heard = [m for m in heard if m]
    same(31, "and a notice is heard once", ["notifications/tools/list_changed"], [m["method"] for m in heard])
    live = stream if second.status == 409 else second
    client.call("echo", {"message": "x"}).result()
    client.call("test_tool_with_progress", token="p").result()
    later = [m for m in iter(lambda: live.message(0.5), None)]
    check(32, "no response travels on it", not any("result" in m or "error" in m for m in later), later)
    check(33, "nor progress", not any("progress" in m.get("method", "") for m in later), later)
    live.close()


def related_messages():
    client = Legacy(door, PATH, capabilities={"elicitation": {}})
    stream = client.get()
    exchange = client.call("test_streaming_elicitation", token="p")
    first, second = exchange.message(), exchange.message()
    same(33, "progress on the stream of its call", "notifications/progress", first and first.get("method"))
    same(33, "and the request of its call", "elicitation/create", second and second.get("method"))
    client.respond(second["id"], {"action": "accept", "content": {"response": "x"}})
    check(33, "and its answer", "accept" in text_of(exchange.result()))
    if stream.status == 200:
        check(33, "nothing of it on GET", stream.message(0.3) is None, stream.seen)


def priming():
    client = Legacy(door, PATH)
    exchange = client.call("test_tool_with_progress", token="p")
    exchange.answer()
    ident, data = exchange.events[0]
    check(34, "a POST stream starts with an id", ident is not None, exchange.events[:2])
    check(34, "and empty data", data.strip() == "", data)
    found = [ident for ident, _ in exchange.events]
    same(34, "every id is there once", len(found), len(set(found)))


def read_part(exchange, count):
    while len(exchange.seen) < count and exchange.message(5) is not None:
        pass
    return [ident for ident, _ in exchange.events if ident][-1]


def resuming():
    client, other = Legacy(door, PATH), Legacy(door, PATH)
    exchange = client.call("test_tool_with_progress", token="p", ident="resumed")
    noise = client.call("test_tool_with_progress", token="q", ident="other")
    last = read_part(exchange, 1)
    exchange.close()
    noise.result()
    again = client.get(last_event=last)
    same(35, "a dropped stream resumes by GET", 200, again.status)
    answer = again.answer(5)
    same(35, "its answer comes", "resumed", answer and answer.get("id"))
    values = [m["params"]["progress"] for m in exchange.seen + again.seen if "method" in m]
    same(35, "every message once, in order", [0, 50, 100], values)
    tokens = {m["params"]["progressToken"] for m in again.seen if "method" in m}
    check(35, "and no other stream's", tokens <= {"p"}, tokens)
    again.close()
    once_more = client.get(last_event=last)
    check(35, "a finished stream is replayed to its end", (once_more.answer(3) or {}).get("id") == "resumed"
          or once_more.status != 200, once_more.seen)
    foreign = other.get(last_event=last)
    check(36, "another session's id gives nothing of it", foreign.status != 200 or foreign.message(0.5) is None, foreign.seen)
    for wrong in ("nonsense", "999999999", last + "0"):
        stream = client.get(last_event=wrong)
        check(36, f"an id that is none ({wrong}) gives nothing", stream.status != 200 or stream.message(0.3) is None, stream.seen)
        stream.close()


def leaving_is_no_cancel():
    client = Legacy(door, PATH)
    before = trace.count("notifications/cancelled")
    exchange = client.call("sleep", {"ms": 500}, ident="left", token="x")
    if exchange.message(0.2) is None and not exchange.events:
        check(38, "the stream has begun before the answer", False, "no event")
    exchange.close()
    client.call("sleep", {"ms": 700}).result()
    same(38, "a client that disconnects cancels nothing", before, trace.count("notifications/cancelled"))


def several_at_once():
    client = Legacy(door, PATH)
    exchanges = [client.call("sleep", {"ms": 400}, ident=f"s{n}") for n in range(8)]
    same(39, "eight POST streams of a session run at once", [f"s{n}" for n in range(8)],
         [exchange.answer()["id"] for exchange in exchanges])


def a_bounded_store():
    client = Legacy(door, PATH)
    first = client.call("test_tool_with_progress", token="p")
    first.answer()
    start = first.events[0][0]
    for _ in range(6):
        client.call("big", {"bytes": 4000000}).result(60)
    check(37, "a full store forgets the oldest, or still has it", client.get(last_event=start).status in (200, 400, 404))
    client.delete()
    same(37, "and empties with its session", 404, client.get(last_event=start).status)


def idle_streams():
    client = Legacy(door, PATH)
    stream = client.get()
    if stream.status == 200:
        while stream.comments == 0 and stream.event(45) is not None:
            pass
        check(17, "an idle stream has a comment now and then", stream.comments > 0, stream.events)


for group in (the_get_stream, related_messages, priming, resuming, leaving_is_no_cancel, several_at_once, a_bounded_store, idle_streams):
    attempt(group)
