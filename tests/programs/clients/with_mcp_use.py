"""mcp-use: a session of its client."""
import os
from contextlib import asynccontextmanager

os.environ["MCP_USE_ANONYMIZED_TELEMETRY"] = "false"

import steps  # noqa: E402
from mcp import types  # noqa: E402
from mcp_use import MCPClient  # noqa: E402


async def elicited(context, params):
    return types.ElicitResult(action="accept", content=steps.fill(params.requestedSchema))


async def sampled(context, params):
    return types.CreateMessageResult(role="assistant", model="m", content=types.TextContent(type="text", text=steps.SAMPLE))


class Client:
    def __init__(self, session):
        self.session = session

    async def list(self):
        return [tool.name for tool in await self.session.list_tools()]

    async def call(self, name, arguments, hear=None):
        return (await self.session.call_tool(name, arguments)).content[0].text


@asynccontextmanager
async def connect(era, target):
    server = {"url": target[0]}
    if not target[0].startswith("http"):
        server = {"command": target[0], "args": target[1:], "env": dict(os.environ)}
    client = MCPClient({"mcpServers": {"both": server}}, sampling_callback=sampled, elicitation_callback=elicited,
                       roots=[types.Root(uri=steps.ROOT)])
    try:
        yield Client(await client.create_session("both"))
    finally:
        await client.close_all_sessions()


steps.run(connect)
