"""The official Python SDK, 1.x."""
from contextlib import asynccontextmanager

import steps
from mcp import ClientSession, StdioServerParameters, types
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client


async def elicited(context, params):
    return types.ElicitResult(action="accept", content=steps.fill(params.requestedSchema))


async def sampled(context, params):
    return types.CreateMessageResult(role="assistant", model="m", content=types.TextContent(type="text", text=steps.SAMPLE))


async def rooted(context):
    return types.ListRootsResult(roots=[types.Root(uri=steps.ROOT)])


class Client:
    def __init__(self, session):
        self.session = session

    async def list(self):
        return [tool.name for tool in (await self.session.list_tools()).tools]

    async def call(self, name, arguments, hear=None):
        answer = await self.session.call_tool(name, arguments, progress_callback=hear)
        return answer.content[0].text


def transport_of(target):
    if target[0].startswith("http"):
        return streamable_http_client(target[0])
    return stdio_client(StdioServerParameters(command=target[0], args=target[1:]))


@asynccontextmanager
async def connect(era, target):
    async with transport_of(target) as ends:
        session = ClientSession(ends[0], ends[1], elicitation_callback=elicited, sampling_callback=sampled,
                                list_roots_callback=rooted)
        async with session:
            await session.initialize()
            yield Client(session)


steps.run(connect)
