"""An agent that is given the token of an account that its person has at a provider.

    python agent.py http mail         # over HTTP: the person copies what the last page shows
    python agent.py websocket mail    # over a WebSocket, by which the agent is told

OSTIARY_TOKEN is a token of the person's with the scopes `agent:connect connections:token`; OSTIARY_URL is where the server is.
"""

import itertools
import json
import os
import sys
import time
import webbrowser
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from websockets.sync.client import connect

SERVER = os.environ.get("OSTIARY_URL", "http://localhost:8787")
AUTHORIZATION = {"Authorization": f"Bearer {os.environ['OSTIARY_TOKEN']}"}
AGENT = "example-agent-in-python"
PATIENCE_S = 300


def ask(path, body=None):
    """A request to `/oauth/fastmcp/agent/…`: GET, or POST with a body of JSON."""
    data = None if body is None else json.dumps(body).encode()
    headers = {**AUTHORIZATION, "Content-Type": "application/json"}
    try:
        with urlopen(Request(f"{SERVER}/oauth/fastmcp/agent/{path}", data, headers)) as answer:
            return json.load(answer)
    except HTTPError as refusal:
        told = json.load(refusal)
        raise SystemExit(f"{told['error']}: {told['error_description']}") from None


def over_http(provider):
    asked = ask("authenticate", {"agent_id": AGENT, "provider": provider, "requested_scopes": []})
    webbrowser.open(asked["authorization_url"])
    until = time.monotonic() + PATIENCE_S
    while not ask(f"{AGENT}/session?{urlencode({'provider': provider})}")["authenticated"]:
        if time.monotonic() > until:
            raise SystemExit("nobody said yes")
        time.sleep(1)
    code, state = input("Code: "), input("State: ")
    given = ask(f"{AGENT}/token", {"authorization_code": code, "state": state})
    return given, given["user"]["email"]


class Calls:
    """JSON-RPC 2.0 over a WebSocket. The server answers in order; between answers it may tell something."""

    def __init__(self, socket):
        self.socket = socket
        self.ids = itertools.count(1)
        self.told = []

    def call(self, method, **params):
        number = next(self.ids)
        self.socket.send(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv(timeout=30))).get("id") != number:
            self.told.append(answer)
        if "error" in answer:
            raise SystemExit(f"{answer['error']['code']}: {answer['error']['message']}")
        return answer["result"]

    def wait_for(self, method):
        while True:
            message = self.told.pop(0) if self.told else json.loads(self.socket.recv(timeout=PATIENCE_S))
            if message.get("method") == method:
                return message["params"]


def over_websocket(provider):
    account = {"agent_id": AGENT, "provider": provider}
    with connect(f"ws{SERVER.removeprefix('http')}/mcp/ws", additional_headers=AUTHORIZATION) as socket:
        calls = Calls(socket)
        asked = calls.call("oauth/initiate", **account, requested_scopes=[])
        webbrowser.open(asked["authorization_url"])
        told = calls.wait_for("oauth/completed")
        if not told["authenticated"]:
            raise SystemExit(f"{told['error']}: {told['error_description']}")
        proof = {name: told[name] for name in ("authorization_code", "state")}
        return calls.call("oauth/token", **account, **proof), None


given, account = {"http": over_http, "websocket": over_websocket}[sys.argv[1]](sys.argv[2])
print(f"A {given['token_type']} token{f' of {account}' if account else ''} at {given['provider']}: {given['scope']}")
