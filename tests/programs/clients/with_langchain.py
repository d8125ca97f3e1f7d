"""LangChain's adapters: the tools of a session, called as an agent of LangChain calls them."""
import os
from contextlib import asynccontextmanager

import steps
from langchain_mcp_adapters.callbacks import Callbacks
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools
from mcp import types


async def elicited(context, params, where):
    return types.ElicitResult(action="accept", content=steps.fill(params.requestedSchema))


async def sampled(context, params):
    return types.CreateMessageResult(role="assistant", model="m", content=types.TextContent(type="text", text=steps.SAMPLE))


async def rooted(context):
    return types.ListRootsResult(roots=[types.Root(uri=steps.ROOT)])


class Client:
    def __init__(self):
        self.hear = None
        self.session = None
        self.tools = {}
        self.callbacks = Callbacks(on_progress=self.progressed, on_elicitation=elicited)

    async def progressed(self, progress, total, message, context):
        if self.hear:
            await self.hear(progress)

    async def list(self):
        tools = await load_mcp_tools(self.session, callbacks=self.callbacks, server_name="both")
        self.tools = {tool.name: tool for tool in tools}
        return list(self.tools)

    async def call(self, name, arguments, hear=None):
        if not self.tools:
            await self.list()
        self.hear = hear
        answer = await self.tools[name].ainvoke(arguments)
        return answer if isinstance(answer, str) else answer[0]["text"]


def connection_to(target):
    asked = {"sampling_callback": sampled, "list_roots_callback": rooted}
    if target[0].startswith("http"):
        return {"transport": "streamable_http", "url": target[0], "session_kwargs": asked}
    return {"transport": "stdio", "command": target[0], "args": target[1:], "env": dict(os.environ), "session_kwargs": asked}


@asynccontextmanager
async def connect(era, target):
    client = Client()
    servers = MultiServerMCPClient({"both": connection_to(target)}, callbacks=client.callbacks)
    async with servers.session("both") as client.session:
        yield client


steps.run(connect)
