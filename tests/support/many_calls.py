"""many_calls.py PATH BATCHES   calls `echo` 100 times a batch (the most) at PATH of the agent (MCP_SOCKET), as one session of 2025-03-26, which has
batches. Fails when an answer does not come."""
import json
import sys

from mcp_client import Door, Legacy

client = Legacy(Door.of_environment(), sys.argv[1], version="2025-03-26")
for number in range(int(sys.argv[2])):
    calls = [{"jsonrpc": "2.0", "id": f"{number}-{n}", "method": "tools/call", "params": {"name": "echo", "arguments": {"message": "a"}}} for n in range(100)]
    answer = client.raw(json.dumps(calls))
    got = 0
    while got < len(calls) and answer.message() is not None:
        got += 1
    answer.close()
    if got < len(calls):
        sys.exit(f"batch {number}: {got} answers")
