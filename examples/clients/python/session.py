"""A web app with sessions on the server: the browser holds the number of its session and nothing else. The tokens stay here,
so the app can call APIs in the person's name, and renews them when they are over."""

import secrets

from app import HERE, PORT, answered, make_app, name_of, show, to_sign_out
from authlib.integrations.base_client import OAuthError
from flask import redirect, session
from requests import HTTPError

# In memory, so a restart signs everybody out. Where there are several servers, both are a database.
tokens = {}
pending = {}


class Pending:
    """Where Authlib keeps state, nonce and PKCE verifier while the person is away."""

    def get(self, name):
        return pending.get(name)

    def set(self, name, value, expires=None):
        pending[name] = value

    def delete(self, name):
        pending.pop(name, None)


def keep(_name, token, **_old):
    """Tokens were renewed: kept before the new ones are used, since the old refresh token is used up."""
    tokens[session["id"]].update(token)


app, ostiary = make_app(
    "python_session", secrets.token_bytes(32), cache=Pending(), update_token=keep
)


@app.get("/")
def home():
    token = tokens.get(session.get("id"))
    if not token:
        return show()
    try:
        return show(name=ask(token))
    except OAuthError as error:
        if error.error != "invalid_grant":
            raise
        tokens.pop(session["id"], None)  # the sign-in has ended
        return show()


def ask(token):
    """What the server says now. The access token may be over before its time: then once more with the next one."""
    try:
        return name_of(ostiary.userinfo(token=token))
    except HTTPError as error:
        if error.response.status_code != 401:
            raise
    old = token["refresh_token"]
    keep("ostiary", ostiary.fetch_access_token(grant_type="refresh_token", refresh_token=old))
    return name_of(ostiary.userinfo(token=token))


@app.get("/sign-in")
def sign_in():
    return ostiary.authorize_redirect(f"{HERE}/callback")


@app.get("/callback")
def callback():
    token = dict(answered(ostiary))
    # Under a new number, so that nobody can know it who put a cookie into this browser before.
    session.clear()
    session["id"] = secrets.token_urlsafe()
    tokens[session["id"]] = token
    return redirect("/", 303)


@app.post("/sign-out")
def sign_out():
    token = tokens.pop(session.get("id"), None)
    session.clear()
    return to_sign_out(ostiary, token["id_token"]) if token else redirect("/", 303)


if __name__ == "__main__":
    print(f"Open {HERE}", flush=True)
    app.run(port=PORT)
