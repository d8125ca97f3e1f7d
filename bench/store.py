"""The database on a month of fifty servers: how big it is, how many events a second it takes, how long what people ask takes, and what
of it is the agent's CPU. The month is written into a database that the agent itself has made, by the tables of agent/store/schema.cpp."""
import http.client
import json
import os
import socket
import sqlite3
import sys
import time

from support import Mcpm, aims, cpu_ms, keep, median, now_ns, print_table

out, build = sys.argv[1:3]
quick = "--quick" in sys.argv
servers, calls = (10, 30_000) if quick else (50, 300_000)
rounds = 3 if quick else 7
minute, hour, day = 60_000, 3_600_000, 86_400_000


def numbers(count):
    return f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1}) "


def fill(path):
    """As much as is kept of it, up to now; the figures are no real ones, their number and size are."""
    now = int(time.time() * 1000)
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("CREATE TEMP TABLE ids AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS at FROM servers")
    # As an agent writes them: in the order of time, each server's among the others'. That decides how full pages are.
    for step, count in ((0, 360), (minute, 1500), (hour, 720)):
        width = step or 10_000
        db.execute(numbers(count) + f"""INSERT INTO stats (server_id, step, at, looks, span_ms, cpu_us, memory, memory_most, proportional, processes,
            descriptors, read_bytes, written_bytes, calls, errors, memory_least, cpu_least, cpu_most)
            SELECT id, {step}, {now} / {width} * {width} - i * {width}, 1, {width}, 1234567, 123456789, 123456789, 98765432, 3, 42, 1234567, 1234567,
            12, 1, 123456789, 1234, 1234 FROM n, ids ORDER BY i DESC, id""")
    for step, count in ((0, 7200), (minute, 2880), (hour, 744), (day, 92)):
        width = step or 30_000
        db.execute(numbers(count) + f"""INSERT INTO health (server_id, step, at, checks, failed, total_us, most_us, sequence, least_us)
            SELECT id, {step}, {now} / {width} * {width} - i * {width}, 1, i % 50 = 0, 1234 + i % 700, 1234 + i % 700, {count} - i, 1234 + i % 700
            FROM n, ids ORDER BY i DESC, id""")
    db.execute(numbers(servers * 17 * 5) + f"""INSERT INTO call_names
        SELECT i, ids.id, 'server' || (i % {servers}), 'tool' || (i % 17), 'client' || (i / {servers * 17}), 'token:laptop', {calls}
        FROM n JOIN ids ON ids.at = i % {servers}""")
    db.execute(numbers(calls) + f"""INSERT INTO calls (at, names, outcome, duration_us, bytes_in, bytes_out, run, trace)
        SELECT {now - 30 * day} + i * {30 * day // calls}, i % {servers * 17 * 5}, i % 40 = 0, 1000 + (i * 7919) % 90000, 345, 12345, 0, '' FROM n""")
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = os.path.getsize(path)
    # The same where every call is part of a trace, and as many as can be are kept with arguments of the greatest size. Written anew:
    # rows that grew where they are would leave half of each page empty, which no agent does.
    db.execute("CREATE TEMP TABLE plain AS SELECT * FROM calls")
    db.execute("DELETE FROM calls")
    db.execute("""INSERT INTO calls (sequence, at, names, outcome, duration_us, bytes_in, bytes_out, run, trace)
        SELECT sequence, at, names, outcome, duration_us, bytes_in, bytes_out, 3, lower(hex(randomblob(16))) FROM plain ORDER BY sequence""")
    db.execute("""INSERT INTO call_arguments SELECT sequence, '{"path":"' || hex(randomblob(994)) || '"}' FROM calls
        WHERE sequence > (SELECT max(sequence) FROM calls) - 20000 ORDER BY sequence""")
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    most = os.path.getsize(path)
    db.close()
    return size, most


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def ask(link, method, path, body=None):
    link.request(method, path, body, {"Content-Type": "application/json"} if body else {})
    answer = link.getresponse()
    text = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]}")
    return text


mcpm = Mcpm(build)
rows = []
try:
    mcpm.run("agent", "start")
    for number in range(servers):
        mcpm.run("add", f"server{number}", "--transport", "none", "--", "/bin/true")
    mcpm.run("agent", "stop")
    size, most = fill(mcpm.home + "/.local/share/mcpm/mcpm.db")
    rows.append(("D1", f"a month of {servers} servers, {calls:,} calls", "MB", {"mcpm": size / 1e6}))
    rows.append(("D1 all", "the same with traces, and 20,000 arguments of 2,000 bytes", "MB", {"mcpm": most / 1e6}))
    mcpm.run("agent", "start")
    pids = mcpm.pids()
    link = Unix(mcpm.env["XDG_RUNTIME_DIR"] + "/mcpm/agent.sock")
    server = json.loads(ask(link, "GET", "/api/servers"))["data"][0]["id"]

    def measured(number, what, *request):
        wall, cpu = [], []
        ask(link, *request)
        for _ in range(rounds):
            before, start = cpu_ms(pids), now_ns()
            ask(link, *request)
            wall.append((now_ns() - start) / 1e6)
            cpu.append(cpu_ms(pids) - before)
        rows.append((number, what, "ms", {"mcpm": median(wall), "its CPU": median(cpu)}))

    for number, (what, path) in enumerate((
            ("usage by tool, 30 days", "/api/usage?range=30d&by=tool"), ("usage by day, 30 days", "/api/usage?range=30d&by=day"),
            ("usage by server, 24 hours", "/api/usage?range=24h&by=server"), ("stats of a server, 30 days", f"/api/servers/{server}/stats?range=30d"),
            ("stats of a server, 24 hours", f"/api/servers/{server}/stats?range=24h"), ("analytics report, 30 days", "/api/analytics/report?range=30d"),
            ("health of a server", f"/api/servers/{server}/health/history?range=30d"), ("metrics", "/metrics")), 2):
        measured(f"D{number}", what, "GET", path)
    batch = json.dumps({"events": [{"type": "feature_used", "subject": f"f{at % 50}"} for at in range(1000)]})
    before, start, sent = cpu_ms(pids), now_ns(), 0
    while (now_ns() - start) / 1e9 < (1 if quick else 3):
        ask(link, "POST", "/api/analytics/events", batch)
        sent += 1000
    seconds = (now_ns() - start) / 1e9
    rows.append(("D10", "events, each committed before its answer", "events/s", {"mcpm": sent / seconds}))
    rows.append(("D11", "the agent's CPU for one of them", "µs", {"mcpm": (cpu_ms(pids) - before) * 1000 / sent}))
finally:
    mcpm.close()
table = print_table("store", rows, [], ["its CPU"])
found = {number: values["mcpm"] for number, _, _, values in rows}
words = aims([("a month of 50 servers", found["D1"], "MB", 200), ("the same with traces and arguments", found["D1 all"], "MB", 200), ("events", found["D10"], "events/s", 150_000)])
if "--write" in sys.argv:
    keep("store", table + "\n" + words, os.path.dirname(os.path.dirname(os.path.abspath(__file__))), pictures="none")
