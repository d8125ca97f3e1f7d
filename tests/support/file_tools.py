"""An MCP server over stdio whose tools are the words of the file tools.txt beside it, read when it starts."""

import json
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "tools.txt"), encoding="utf-8") as file:
    names = file.read().split()
if "broken" in names:
    sys.exit("cannot read tools.txt")
print("ready with", *names, file=sys.stderr, flush=True)
schema = {"type": "object", "properties": {}}
for line in sys.stdin:
    asked = json.loads(line)
    if "id" not in asked:
        continue
    method = asked.get("method")
    if method == "initialize":
        result = {"protocolVersion": asked["params"]["protocolVersion"], "capabilities": {"tools": {"listChanged": True}},
                  "serverInfo": {"name": "file-tools", "version": "1"}}
    elif method == "tools/list":
        result = {"tools": [{"name": name, "inputSchema": schema} for name in names]}
    elif method == "tools/call":
        result = {"content": [{"type": "text", "text": " ".join(names)}]}
    elif method == "ping":
        result = {}
    else:
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "error": {"code": -32601, "message": "no such method"}}), flush=True)
        continue
    print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)
