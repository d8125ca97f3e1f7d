#!/usr/bin/env python3
"""An MCP server over stdio with a tool for each kind of form: nested objects, a choice at the root, lists, many parameters, one that
fails. What `noted` says of itself stands in the file that is its one argument, so that it can come to differ from what was approved."""
import json
import sys

TEXT = {"type": "string"}
ADDRESS = {"type": "object", "properties": {"city": TEXT, "street": TEXT}}
SCHEMAS = {
    "nested": {"type": "object", "required": ["user"], "properties": {
        "user": {"type": "object", "required": ["name"], "properties": {"name": TEXT, "age": {"type": "integer"}, "address": ADDRESS}},
        "tags": {"type": "array", "items": TEXT}, "limit": {"type": "number"}, "note": TEXT, "extra": ADDRESS, "loud": {"type": "boolean"}}},
    "either": {"anyOf": [
        {"title": "By number", "type": "object", "required": ["number"], "properties": {"number": {"type": "integer"}}},
        {"title": "By name", "type": "object", "required": ["name"], "properties": {"name": TEXT, "exact": {"type": "boolean"}}}]},
    "many": {"type": "object", "properties": {f"parameter {index}": TEXT for index in range(30)}},
    "noted": {"type": "object", "properties": {"note": TEXT}},
    "fails": {"type": "object", "properties": {}},
}


def description(name):
    if name == "noted":
        with open(sys.argv[1], encoding="utf-8") as words:
            return words.read().strip()
    return f"The form {name}."


def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params.get("protocolVersion", "2025-06-18"), "serverInfo": {"name": "forms", "version": "1"},
                "capabilities": {"tools": {}}}
    if method == "tools/list":
        return {"tools": [{"name": name, "description": description(name), "inputSchema": schema} for name, schema in SCHEMAS.items()]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": "called"}], "isError": params["name"] == "fails"}
    return {}


for line in sys.stdin:
    message = json.loads(line)
    if "id" in message and "method" in message:
        result = answer(message["method"], message.get("params") or {})
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
