"""A page for a person's tools: authenticate, look at the token, fetch the module, call a function of it.

`make streamlit` starts it. The server is OSTIARY_URL, or http://localhost:8787.
"""

import contextlib
import importlib.util
import inspect
import json
import sys
import tempfile
import time
import typing
from pathlib import Path

import requests
import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[1] / "python"))

from oauth_client import OAuth2Client, OAuthError  # noqa: E402


def main():
    st.set_page_config("Your tools")
    st.title("Your tools")
    authenticate()
    client = st.session_state.get("client")
    if client is None:
        return
    show_token(client)
    fetch(client)
    if "module" in st.session_state:
        call(client, st.session_state.module, st.session_state.functions)


@contextlib.contextmanager
def errors_shown():
    """What the server refuses, in its words; and that it does not answer."""
    try:
        yield
    except OAuthError as error:
        st.error(f"{error.error}: {error.description}")
    except requests.RequestException as error:
        st.error(f"No answer: {error}")


def authenticate():
    with st.form("credentials"):
        client_id = st.text_input("Client ID", key="client_id").strip()
        secret = st.text_input("Client secret", type="password", key="client_secret").strip()
        if not st.form_submit_button("Authenticate", key="authenticate"):
            return
    for name in ("client", "module"):
        st.session_state.pop(name, None)
    client = OAuth2Client(client_id, secret)
    with errors_shown():
        client.client_credentials_flow()
        st.session_state.client = client


@st.fragment(run_every=10)
def show_token(client):
    ends = time.strftime("%H:%M:%S", time.localtime(client.token["expires_at"]))
    if client.is_token_valid():
        st.success(f"The token is good until {ends}. Scope: {client.token['scope']}")
    else:
        st.error(f"The token has expired at {ends}. Authenticate again.")
    if st.button("Ask the server about the token", key="introspect"):
        with errors_shown():
            st.json(client.introspect_token())


def fetch(client):
    """Writes the module and loads it, anew each time. Each session has a file of its own, as each has its own token."""
    if not st.button("Fetch tools", key="fetch"):
        return
    if not client.is_token_valid():
        st.error("The token has expired, so nothing was fetched.")
        return
    with errors_shown():
        tools = client.get_external_tools()
        folder = st.session_state.setdefault("folder", tempfile.mkdtemp(prefix="tools-"))
        path = Path(folder, "external_tool_agents.py")
        path.write_text(tools["module"], encoding="utf-8")
        st.session_state.update(module=load(path), functions=tools["functions"])


def load(path):
    """The module as the file has it now, whatever was loaded before."""
    module = importlib.util.module_from_spec(importlib.util.spec_from_file_location(path.stem, path))
    exec(compile(path.read_text(encoding="utf-8"), path, "exec"), vars(module))
    return module


def call(client, module, functions):
    st.caption(f"Written to {module.__file__}")
    if not functions:
        st.info("No tool is switched on for you.")
        return
    function = getattr(module, st.selectbox("Tool", functions, key="function"))
    st.text(inspect.getdoc(function))
    parameters = inspect.signature(function).parameters.values()
    with st.form("call"):
        typed = {parameter: ask(parameter) for parameter in parameters}
        if not st.form_submit_button("Call", key="call"):
            return
    module.configure(token=client.token["access_token"], url=client.base_url)
    try:
        st.json(function(**arguments(typed)))
    except (module.ToolError, TypeError, ValueError) as error:
        st.error(f"{type(error).__name__}: {error}")


def ask(parameter):
    """What is typed for a parameter."""
    key = f"argument {parameter.name}"
    values = choices(parameter.annotation)
    if values:
        return st.selectbox(parameter.name, ["", *values], key=key)
    needed = ", required" if parameter.default is parameter.empty else ""
    return st.text_input(f"{parameter.name} ({'text' if is_text(parameter) else 'JSON'}{needed})", key=key)


def arguments(typed):
    """Texts as they were typed, everything else read as JSON; what may be left out and was not typed is."""
    given = {}
    for parameter, text in typed.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            given.update(json.loads(text or "{}"))
        elif text or parameter.default is parameter.empty:
            given[parameter.name] = text if is_text(parameter) else json.loads(text)
    return given


def choices(annotation):
    """The values of a Literal, be it optional."""
    literals = [one for one in (annotation, *typing.get_args(annotation)) if typing.get_origin(one) is typing.Literal]
    return typing.get_args(literals[0]) if literals else ()


def is_text(parameter):
    return parameter.annotation in (str, typing.Optional[str]) or bool(choices(parameter.annotation))


main()
