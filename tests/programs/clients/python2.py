"""The official Python SDK, 2.x."""
from contextlib import asynccontextmanager

import mcp_types as types
import steps
from mcp import Client as SdkClient
from mcp import StdioServerParameters

MODES = {"legacy": "legacy", "auto": "auto", "modern": "2026-07-28"}


async def elicited(context, params):
    return types.ElicitResult(action="accept", content=steps.fill(params.requested_schema))


async def sampled(context, params):
    return types.CreateMessageResult(role="assistant", model="m", content=types.TextContent(type="text", text=steps.SAMPLE))


async def rooted(context):
    return types.ListRootsResult(roots=[types.Root(uri=steps.ROOT)])


class Client:
    def __init__(self, client):
        self.client = client

    async def list(self):
        return [tool.name for tool in (await self.client.list_tools(cache_mode="bypass")).tools]

    async def call(self, name, arguments, hear=None):
        answer = await self.client.call_tool(name, arguments, progress_callback=hear)
        return answer.content[0].text


@asynccontextmanager
async def connect(era, target):
    server = target[0] if target[0].startswith("http") else StdioServerParameters(command=target[0], args=target[1:])
    async with SdkClient(server, mode=MODES[era], elicitation_callback=elicited, sampling_callback=sampled,
                         list_roots_callback=rooted) as client:
        yield Client(client)


steps.run(connect)
