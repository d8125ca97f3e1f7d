"""Runs every example of docs/api.md against an agent, in their order, and holds each answer against the agent's own OpenAPI document:
the status, the kind of content, the shape. Says which rows of the document have no example.
    api_examples.py SOCKET DOCS        prints a line for each: "ok …" or "FAILED …"
"""
import json
import re
import socket
import sys
import time

import http.client

LINE = re.compile(r"^(GET|POST|PUT|PATCH|DELETE) (\S+)(?: (\{.*\}))? → (\d{3})(?:  .*)?$")


class OnSocket(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(place, method, path, body=None, headers=None):
    """Status, kind of content, text. Of a stream, which has no end, what came within a moment."""
    connection = OnSocket(place)
    try:
        sent = {"Accept": "application/json, text/event-stream", **(headers or {})}
        if body is not None or method in ("POST", "PUT", "PATCH"):
            sent["Content-Type"] = "application/json"
        connection.request(method, path, body=body, headers=sent)
        answer = connection.getresponse()
        kind = (answer.getheader("Content-Type") or "").split(";")[0]
        if answer.getheader("Content-Length") is None and answer.status == 200:
            return answer.status, kind, ""
        return answer.status, kind, answer.read().decode()
    finally:
        connection.close()


def row_of(document, method, path):
    """The pattern of the document that a path is of; one with fewer variables wins."""
    parts = path.split("?")[0].split("/")
    fitting = []
    for pattern, methods in document["paths"].items():
        wanted = pattern.split("/")
        if method.lower() in methods and len(wanted) == len(parts):
            if all(w == p or (w.startswith("{") and p) for w, p in zip(wanted, parts)):
                fitting.append(pattern)
    return min(fitting, key=lambda pattern: pattern.count("{")) if fitting else None


def resolved(document, schema):
    while "$ref" in schema:
        found = document
        for part in schema["$ref"][2:].split("/"):
            found = found[part]
        schema = found
    return schema


TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}


def problem_with(document, schema, value, at="the answer"):
    """What a value has that its schema does not allow; as much of JSON Schema as the document uses."""
    schema = resolved(document, schema)
    if "const" in schema and value != schema["const"]:
        return f"{at} is {value!r}, not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{at} is {value!r}, none of {schema['enum']}"
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        return f"{at} is no {schema['type']}"
    if isinstance(value, dict):
        for name in schema.get("required", []):
            if name not in value:
                return f"{at} has no {name}"
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                found = problem_with(document, inner, value[name], f"{at}.{name}")
                if found:
                    return found
    if isinstance(value, list) and "items" in schema:
        for index, each in enumerate(value):
            found = problem_with(document, schema["items"], each, f"{at}[{index}]")
            if found:
                return found
    return None


def differs(document, pattern, method, status, kind, text):
    answers = document["paths"][pattern][method.lower()]["responses"]
    answer = answers.get(str(status))
    if answer is None:
        if 200 <= status < 300:
            return f"{status} is not in the document ({', '.join(answers)})"
        answer = answers["default"]
    content = answer.get("content", {})
    if not text and not kind:
        return None
    if kind not in content:
        return f"{kind} is not in the document ({', '.join(content) or 'nothing'})"
    if kind != "application/json" or not text:
        return None
    return problem_with(document, content[kind]["schema"], json.loads(text))


def examples(path):
    for line in open(path, encoding="utf-8"):
        found = LINE.match(line.rstrip())
        if found:
            yield found.group(1), found.group(2), found.group(3), int(found.group(4))


def wait_until_ready(place):
    for _ in range(600):
        try:
            if ask(place, "GET", "/ready")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)


def main(place, docs):
    document = json.loads(ask(place, "GET", "/api/openapi.json")[2])
    seen, names = set(), {}
    for method, path, body, wanted in examples(docs):
        for name, value in names.items():
            path, body = path.replace(name, value), body and body.replace(name, value)
        status, kind, text = ask(place, method, path, body)
        pattern = row_of(document, method, path)
        seen.add((method, pattern))
        said = ""
        if status != wanted:
            said = f"{status}: {text[:300]}"
        elif pattern is None:
            said = "the document has no such path"
        else:
            said = differs(document, pattern, method, status, kind, text) or ""
        print(f"FAILED {method} {path}: {said}" if said else f"ok {method} {path} → {status}", flush=True)
        if status == 201 and pattern == "/api/tokens":
            names["$TOKEN"] = json.loads(text)["data"]["token"]
        if status == 201 and pattern == "/api/feedback":
            names["$FEEDBACK"] = json.loads(text)["data"]["id"]
        if path in ("/api/agent/restart", "/api/agent/upgrade"):
            time.sleep(0.5)
            wait_until_ready(place)
    for pattern, methods in document["paths"].items():
        for method in methods:
            if (method.upper(), pattern) not in seen:
                print(f"FAILED {method.upper()} {pattern} has no example in docs/api.md")


if __name__ == "__main__":
    main(*sys.argv[1:])
