"""An agent that is told nothing but the address of an MCP server, on the official SDK.

    python agent.py http://localhost:8787/mcp                              # lists the tools
    python agent.py http://localhost:8787/mcp forecast '{"city": "Rome"}'  # calls one

The SDK finds the authorization server, registers a client, sends a person to consent, and gets a token.
"""

import asyncio
import json
import sys
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

from mcp.client.auth import OAuthClientProvider
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata


class Memory:
    """What the SDK has to keep. An agent that runs again without asking its person keeps it in a file."""

    tokens = client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


class Browser(HTTPServer):
    """Sends the person to the server, and waits on a port of this machine for them to come back (RFC 8252)."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Callback)
        self.redirect_uri = f"http://127.0.0.1:{self.server_port}/callback"
        self.timeout = 300

    def handle_timeout(self):
        raise TimeoutError("nobody came back from the browser")

    async def send(self, url):
        webbrowser.open(url)

    async def back(self):
        self.answer = {}
        while "state" not in self.answer:
            await asyncio.to_thread(self.handle_request)
        code, state, iss = (self.answer.get(name, [None])[0] for name in ("code", "state", "iss"))
        if code is None:
            raise PermissionError(f"The person said no: {self.answer.get('error', ['?'])[0]}")
        return AuthorizationCodeResult(code=code, state=state, iss=iss)


class Callback(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.answer = parse_qs(self.path.partition("?")[2])
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b'<!doctype html><link rel="icon" href="data:,"><p>Thank you. You can close this window.</p>')

    def log_message(self, *_):
        """The code is in the address, and belongs into no log."""


async def main(url, tool=None, arguments="{}"):
    browser = Browser()
    metadata = OAuthClientMetadata(
        client_name="Example agent in Python",
        redirect_uris=[browser.redirect_uri],
        token_endpoint_auth_method="none",
    )
    auth = OAuthClientProvider(url, metadata, Memory(), browser.send, browser.back)
    async with (
        create_mcp_http_client(auth=auth) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        if tool is None:
            for listed in (await client.list_tools()).tools:
                print(f"{listed.name}: {listed.description}")
            return 0
        result = await client.call_tool(tool, json.loads(arguments))
        print(*(part.text for part in result.content if part.type == "text"), sep="\n")
        return 1 if result.is_error else 0


sys.exit(asyncio.run(main(*sys.argv[1:])))
