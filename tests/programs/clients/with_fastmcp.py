"""The client of FastMCP."""
import os
from contextlib import asynccontextmanager

import steps
from fastmcp import Client as FastClient
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport

MODES = {"legacy": "legacy", "auto": "auto", "modern": "2026-07-28"}


async def elicited(message, response_type, params, context):
    return steps.fill(params.requested_schema)


async def sampled(messages, params, context):
    return steps.SAMPLE


class Client:
    def __init__(self, client):
        self.client = client

    async def list(self):
        return [tool.name for tool in await self.client.list_tools()]

    async def call(self, name, arguments, hear=None):
        return (await self.client.call_tool(name, arguments, progress_handler=hear)).content[0].text


def transport_to(target):
    if target[0].startswith("http"):
        return StreamableHttpTransport(target[0])
    return StdioTransport(command=target[0], args=target[1:], env=dict(os.environ))


@asynccontextmanager
async def connect(era, target):
    async with FastClient(transport_to(target), mode=MODES[era], elicitation_handler=elicited, sampling_handler=sampled,
                          roots=[steps.ROOT]) as client:
        yield Client(client)


steps.run(connect)
