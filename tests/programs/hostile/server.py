#!/usr/bin/env python3
"""An MCP server over stdio that says what a page could stumble over: markup, control characters, endless schemas, huge lists."""
import json
import sys

MARKUP = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
LOOP = {"type": "object", "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
        "properties": {"start": {"$ref": "#/$defs/node"}}}
DEEP = {"type": "string"}
for _ in range(50):  # the agent takes 128 levels of JSON
    DEEP = {"type": "object", "properties": {"in": DEEP}}
SCHEMAS = {
    "loop": LOOP,
    "itself": {"$ref": "#"},
    "nowhere": {"type": "object", "properties": {"a": {"$ref": "https://example.com/schema"}, "b": {"$ref": "#/no/such"}}},
    "deep": DEEP,
    "huge": {"type": "object", "properties": {f"field_{index}": {"type": "string", "description": MARKUP} for index in range(3000)}},
    "choices": {"type": "object", "properties": {"one": {"enum": [f"value {index}" for index in range(5000)]}}},
    "slow": {"type": "object", "required": ["word"], "properties": {"word": {"type": "string", "pattern": "^(a|a)*$"}}},
    "proto": {"type": "object", "properties": {"__proto__": {"type": "string"}, "constructor": {"type": "string"}, "": {"type": "string"}}},
    "odd": {"type": ["object", "null"], "properties": [1, 2], "required": "all", "anyOf": "x"},
    MARKUP: {"type": "object", "title": MARKUP, "properties": {MARKUP: {"type": "string", "title": MARKUP, "default": MARKUP}}},
}
CONTENT = [
    {"type": "text", "text": MARKUP},
    {"type": "text", "text": "[" * 5000 + "]" * 5000},
    {"type": "text", "text": "\u202eright to left \u0000\u0007\u001b[31mred\u001b]8;;javascript:alert(3)\u0007link"},
    {"type": "image", "mimeType": "image/svg+xml", "data": "PHN2ZyBvbmxvYWQ9ImFsZXJ0KDQpIi8+"},
    {"type": "image", "mimeType": 'image/png"><script>alert(5)</script>', "data": "AAAA"},
    {"type": "resource", "resource": {"uri": "javascript:alert(6)", "mimeType": "text/html", "text": MARKUP}},
    {"type": "unheard-of", "data": MARKUP},
]


def answer(method, params):
    if method == "initialize":
        return {"protocolVersion": params.get("protocolVersion", "2025-06-18"), "serverInfo": {"name": MARKUP, "version": MARKUP},
                "capabilities": {"tools": {}, "prompts": {}, "resources": {}}, "instructions": MARKUP}
    if method == "tools/list":
        return {"tools": [{"name": name, "description": MARKUP, "inputSchema": schema} for name, schema in SCHEMAS.items()]}
    if method == "prompts/list":
        return {"prompts": [{"name": MARKUP, "description": MARKUP, "arguments": [{"name": MARKUP, "required": True}]}]}
    if method == "resources/list":
        return {"resources": [{"name": MARKUP, "uri": "javascript:alert(7)", "mimeType": MARKUP}]}
    if method == "resources/templates/list":
        return {"resourceTemplates": [{"name": MARKUP, "uriTemplate": "javascript:{x}"}]}
    if method == "tools/call":
        return {"content": CONTENT}
    return {}


def main():
    for line in (MARKUP, "\x1b[31mred\x1b]8;;javascript:alert(8)\x07link\x07", "\u202e" + MARKUP, "x" * 200000, "{" * 3000, '{"level":"' + MARKUP.replace('"', "'") + '","msg":{"a":1}}', ""):
        print(line, file=sys.stderr, flush=True)
    for line in sys.stdin:
        message = json.loads(line)
        if "id" in message and "method" in message:
            result = answer(message["method"], message.get("params") or {})
            print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)


main()
