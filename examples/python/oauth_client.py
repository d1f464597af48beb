"""A person's tools, fetched from Ostiary by OAuth 2.1. On Authlib.

    from oauth_client import OAuth2Client

    client = OAuth2Client("agent_user_...", "the secret")
    client.client_credentials_flow()
    print(client.get_external_tools()["module"])

The server is OSTIARY_URL, or http://localhost:8787. From the command line:

    python oauth_client.py login    # signs a person in by the browser; prints the token as JSON
    python oauth_client.py tools    # prints the module external_tool_agents.py

Both go as the client OSTIARY_CLIENT_ID with OSTIARY_CLIENT_SECRET; without them, `login` registers a client of its own.
"""

import ast
import json
import os
import sys
import time
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

SCOPE = "read:tools call:tools"
# A token that is over in a moment is of no use to a call that takes longer.
MARGIN_SECONDS = 10
TIMEOUT_SECONDS = 30
PERSON_SECONDS = 300


def base_url_or_default(base_url=None):
    return (base_url or os.environ.get("OSTIARY_URL") or "http://localhost:8787").rstrip("/")


class OAuth2Client:
    """A client with a secret, such as the one that each person has. What goes wrong is an OAuthError."""

    def __init__(self, client_id, client_secret, base_url=None):
        self.base_url = base_url_or_default(base_url)
        self.session = OAuth2Session(client_id, client_secret, default_timeout=TIMEOUT_SECONDS)
        self.token = None

    def client_credentials_flow(self, scope=SCOPE):
        """Gets a token: access_token, token_type, expires_in, expires_at, scope."""
        endpoint = self.base_url + "/oauth/token"
        self.token = dict(self.session.fetch_token(endpoint, grant_type="client_credentials", scope=scope))
        return self.token

    def is_token_valid(self):
        """Whether there is a token whose time is not over. Only `introspect_token` knows whether it was taken back."""
        return self.token is not None and self.token["expires_at"] > time.time() + MARGIN_SECONDS

    def introspect_token(self, token=None):
        """What the server says of a token (RFC 7662), by default of the one it has: active, scope, username, exp, ..."""
        token = token or (self.token or {}).get("access_token", "")
        return checked(self.session.introspect_token(self.base_url + "/oauth/introspect", token)).json()

    def get_external_tools(self):
        """The Python module of the person's tools (`module`), and the names of its functions (`functions`)."""
        if not self.is_token_valid():
            self.client_credentials_flow()
        headers = {"Authorization": "Bearer " + self.token["access_token"]}
        answer = requests.get(self.base_url + "/api/users/me", headers=headers, timeout=TIMEOUT_SECONDS)
        module = checked(answer).text
        return {"module": module, "functions": functions_of(module)}


def get_external_tools_with_oauth(client_id, client_secret, base_url=None):
    """All in one: a token (`token`), and with it what `get_external_tools` gives."""
    client = OAuth2Client(client_id, client_secret, base_url)
    token = client.client_credentials_flow()
    return {"token": token, **client.get_external_tools()}


def functions_of(module):
    """The names of a module's tools. It is read, not run."""
    functions = [node.name for node in ast.parse(module).body if isinstance(node, ast.FunctionDef)]
    return [name for name in functions if not name.startswith("_") and name != "configure"]


def checked(answer):
    """The answer, unless it is an error: then that, in the server's words."""
    if answer.ok:
        return answer
    said = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
    raise OAuthError(said.get("error", f"HTTP {answer.status_code}"), said.get("error_description"))


def login(client_id=None, client_secret=None, base_url=None, open_browser=webbrowser.open):
    """Has a person sign in by their browser, which comes back to a port of this machine (RFC 8252). The token, a dict."""
    issuer = base_url_or_default(base_url)
    server = checked(requests.get(issuer + "/.well-known/oauth-authorization-server", timeout=TIMEOUT_SECONDS)).json()
    with HTTPServer(("127.0.0.1", 0), _Callback) as listener:
        redirect_uri = f"http://localhost:{listener.server_port}/oauth/callback"
        client_id = client_id or _register(server["registration_endpoint"], redirect_uri)
        session = OAuth2Session(
            client_id,
            client_secret,
            redirect_uri=redirect_uri,
            scope=SCOPE,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if client_secret else "none",
        )
        verifier = generate_token(48)
        url, state = session.create_authorization_url(server["authorization_endpoint"], code_verifier=verifier)
        print("If no browser opens, go to", url, file=sys.stderr)
        open_browser(url)
        callback = _wait(listener, state)
    # Authlib looks for neither: an error (RFC 6749 4.1.2.1), and another server's answer (RFC 9207).
    answer = {name: values[0] for name, values in callback.items()}
    if answer.get("iss") != server["issuer"]:
        raise OAuthError("invalid_issuer", "the answer is from another server")
    if "error" in answer:
        raise OAuthError(answer["error"], answer.get("error_description"))
    token = session.fetch_token(server["token_endpoint"], code=answer["code"], code_verifier=verifier)
    return dict(token)


class _Callback(BaseHTTPRequestHandler):
    """What the browser is sent back to. The page has no icon, so that none is asked for."""

    def do_GET(self):
        self.server.answer = parse_qs(self.path.partition("?")[2])
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        page = '<!doctype html><link rel="icon" href="data:,"><p>Thank you. You can close this window.</p>'
        self.wfile.write(page.encode())

    def log_message(self, *_):
        """The code is in the address, and belongs into no log."""


def _wait(listener, state):
    """The first answer to our question; others may ask this port for what they like."""
    listener.timeout = 1
    deadline = time.monotonic() + PERSON_SECONDS
    while time.monotonic() < deadline:
        listener.answer = {}
        listener.handle_request()
        if listener.answer.get("state") == [state]:
            return listener.answer
    raise OAuthError("timeout", f"nobody came back from the browser within {PERSON_SECONDS} seconds")


def _register(endpoint, redirect_uri):
    """Registers a client of this program alone (RFC 7591), without a secret."""
    metadata = {
        "client_name": "oauth_client.py",
        "redirect_uris": [redirect_uri],
        "token_endpoint_auth_method": "none",
        "scope": SCOPE,
    }
    return checked(requests.post(endpoint, json=metadata, timeout=TIMEOUT_SECONDS)).json()["client_id"]


def main(arguments):
    client_id, secret = os.environ.get("OSTIARY_CLIENT_ID"), os.environ.get("OSTIARY_CLIENT_SECRET")
    try:
        if arguments == ["login"]:
            print(json.dumps(login(client_id, secret), indent=2))
        elif arguments == ["tools"] and client_id and secret:
            print(get_external_tools_with_oauth(client_id, secret)["module"], end="")
        else:
            sys.exit(__doc__)
    except OAuthError as error:
        sys.exit(f"{error.error}: {error.description}")


if __name__ == "__main__":
    main(sys.argv[1:])
