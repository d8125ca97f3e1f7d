"""A registry of MCP servers of our own, on loopback, which speaks /v0.1 of the official one.

    mcp_registry.py MODE [CATALOGUE]   MODE: a file whose text says how it behaves

Prints its port, then a line for each request. As MODE says: `good`; `slow` (no answer); `broken` (500); `page` (HTML in place of
JSON); `other` (another server than the one that was asked for); `list` (an object in place of the list); `loop` (a cursor that
comes again and again). /catalogue serves the file CATALOGUE; /bad.json is no JSON, /large.json has 20 MB.
"""

import http.server
import json
import sys
import time
import urllib.parse


def npm(name, description, version="1.0.0", **more):
    package = {"registryType": "npm", "identifier": "fixture-weather", "version": "1.0.0", "transport": {"type": "stdio"}, **more}
    return {"$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json", "name": name,
            "description": description, "version": version, "packages": [package]}


servers = [
    npm("io.github.example/weather", "The weather of a place.", "1.1.0",
        packageArguments=[{"type": "named", "name": "--units", "default": "metric", "choices": ["metric", "imperial"]}],
        environmentVariables=[{"name": "WEATHER_KEY", "isRequired": True, "isSecret": True, "description": "a key"}]),
    {"name": "io.github.example/weather-far", "description": "Weather elsewhere.", "version": "2.0.0",
     "remotes": [{"type": "streamable-http", "url": "https://far.invalid/mcp"}]},
    {"name": "io.github.example/dotnet", "description": "Weather in another language.", "version": "1.0.0",
     "packages": [{"registryType": "nuget", "identifier": "Weather", "version": "1.0.0"}]},
    npm("io.github.example/gone", "Weather that is no package.", identifier="mcpm-no-such-package-anywhere"),
] + [npm(f"io.github.many/weather-{n}", "One of many.") for n in range(230)]


def with_facts(server):
    return {"server": server, "_meta": {"io.modelcontextprotocol.registry/official": {
        "status": "active", "publishedAt": "2026-02-01T00:00:00Z", "updatedAt": "2026-05-06T07:08:09Z", "isLatest": True}}}


class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print(self.path, flush=True)
        with open(sys.argv[1]) as file:
            mode = file.read().strip()
        url = urllib.parse.urlsplit(self.path)
        asked = dict(urllib.parse.parse_qsl(url.query))
        if mode == "slow":
            time.sleep(60)
        if mode == "broken":
            return self.answer(500, {"title": "Internal Server Error", "status": 500})
        if mode == "page":
            return self.answer(200, b"<!doctype html><title>Sign in to this network</title>")
        if url.path == "/catalogue":
            with open(sys.argv[2], "rb") as file:
                return self.answer(200, file.read())
        if url.path == "/bad.json":
            return self.answer(200, b'{"name": "a/b", ')
        if url.path == "/server.json":
            return self.answer(200, servers[0])
        if url.path == "/large.json":
            return self.answer(200, b'{"name": "' + b"x" * 20_000_000 + b'"}')
        if url.path == "/v0.1/servers":
            return self.list(asked, mode)
        parts = url.path.split("/")
        if len(parts) == 6 and parts[1:3] == ["v0.1", "servers"] and parts[4] == "versions":
            return self.one(urllib.parse.unquote(parts[3]), urllib.parse.unquote(parts[5]), mode)
        self.answer(404, {"title": "Not Found", "status": 404})

    def list(self, asked, mode):
        fitting = [s for s in servers if asked.get("search", "") in s["name"]]
        begin = int(asked.get("cursor", 0))
        end = begin + min(int(asked.get("limit", 30)), 100)
        more = {"nextCursor": str(begin if mode == "loop" else end)} if end < len(fitting) else {}
        page = {} if mode == "list" else [with_facts(s) for s in fitting[begin:end]]
        self.answer(200, {"servers": page, "metadata": {"count": len(page), **more}})

    def one(self, name, version, mode):
        found = [s for s in servers if s["name"] == name and version in ("latest", s["version"])]
        if not found:
            return self.answer(404, {"title": "Not Found", "status": 404})
        self.answer(200, with_facts(servers[1] if mode == "other" else found[0]))

    def answer(self, status, body):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
server.daemon_threads = True
print(server.server_port, flush=True)
server.serve_forever()
