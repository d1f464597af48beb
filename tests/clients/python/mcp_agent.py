"""The official MCP SDK for Python. It answers the lines of tests/clients/support/agent_program.ts."""

import asyncio
import json
import os
import queue
import time
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

from anyio.from_thread import start_blocking_portal
from mcp.client import session
from mcp.client.auth import OAuthClientProvider
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata, OAuthToken

import program
from program import REDIRECT_URI

MCP_URL = os.environ["MCP_URL"]
VERSION = os.environ["MCP_VERSION"]
# The versions that begin with `initialize`, and know `ping`.
WITH_HANDSHAKE = VERSION < "2026"
if WITH_HANDSHAKE:
    session.LATEST_HANDSHAKE_VERSION = VERSION


class Memory:
    """What the SDK is to keep (its protocol `TokenStorage`)."""

    tokens = None
    client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


class Agent:
    """The SDK waits for the person in the middle of a request, so a visit runs beside the lines, on `portal`."""

    def __init__(self, portal):
        self.portal = portal
        self.memory = Memory()
        self.news = queue.Queue()
        self.auth = OAuthClientProvider(
            MCP_URL,
            OAuthClientMetadata(
                client_name="Agent of the tests",
                redirect_uris=[REDIRECT_URI],
                token_endpoint_auth_method=os.environ["METHOD"],
            ),
            self.memory,
            self.send_person,
            self.person_is_back,
            client_metadata_url=os.environ["CLIENT_METADATA_URL"] or None,
        )

    def visit(self):
        self.portal.start_task_soon(self.look).add_done_callback(self.news.put)
        return self.next()

    def finish(self, callback):
        answer = {name: values[0] for name, values in parse_qs(urlsplit(callback).query).items()}
        result = AuthorizationCodeResult(**{name: answer.get(name) for name in ("code", "state", "iss")})
        self.portal.call(self.callback.set_result, result)
        return self.next()

    def held(self):
        names = {"client_id", "client_secret", "access_token", "refresh_token"}
        kept = [kept for kept in (self.memory.client, self.memory.tokens) if kept]
        return {name: value for one in kept for name, value in one.model_dump(include=names).items()}

    def hold(self, access_token):
        self.auth.context.current_tokens = self.memory.tokens = OAuthToken(access_token=access_token)
        return {}

    def advance(self, seconds):
        real = time.time
        time.time = lambda: real() + int(seconds)
        return {}

    def next(self):
        """What becomes of the visit next: the person is to be asked, or it has ended."""
        news = self.news.get(timeout=60)
        return news if isinstance(news, dict) else news.result()

    async def look(self):
        async with self.connected() as client:
            if WITH_HANDSHAKE:
                await client.send_ping()
            tools = (await client.list_tools()).tools
            server, version = client.server_info.name, client.protocol_version
            return {"server": server, "version": version, "tools": [tool.name for tool in tools]}

    def call(self, name, args):
        return self.portal.call(self.use, name, json.loads(args))

    async def use(self, name, args):
        async with self.connected() as client:
            result = await client.call_tool(name, args)
            said = {"text": "\n".join(block.text for block in result.content), "isError": result.is_error}
            structured = result.structured_content
            return said if structured is None else said | {"structured": structured}

    @asynccontextmanager
    async def connected(self):
        async with create_mcp_http_client(auth=self.auth) as http:
            transport = streamable_http_client(MCP_URL, http_client=http)
            async with Client(transport, mode="legacy" if WITH_HANDSHAKE else "auto") as client:
                yield client

    async def send_person(self, url):
        self.callback = asyncio.get_running_loop().create_future()
        self.news.put({"url": url})

    async def person_is_back(self):
        return await self.callback


with start_blocking_portal() as portal:
    program.serve(Agent(portal))
