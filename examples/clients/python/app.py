"""What both web apps have in common: who they are at Ostiary, and their pages."""

import os
from urllib.parse import urlencode

from authlib.integrations.flask_client import OAuth, OAuthError
from flask import Flask, current_app, redirect, render_template_string, request
from requests import RequestException

SERVER = os.environ.get("OSTIARY_URL", "http://localhost:8787")
PORT = int(os.environ.get("PORT", "3000"))
HERE = os.environ.get("APP_URL", f"http://localhost:{PORT}")

PAGE = """<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>App</title>
{% if problem %}<p id="problem">{{ problem }}</p><a href="/">Back</a>
{% elif name %}<p>Signed in as <b id="name">{{ name }}</b></p>
<form method="post" action="/sign-out"><button id="sign-out">Sign out</button></form>
{% else %}<p id="nobody">You are signed out.</p><a id="sign-in" href="/sign-in">Sign in</a>{% endif %}"""


def make_app(cookie_name, key, **options):
    """A Flask app, and its client at Ostiary: everything else Authlib finds out from the server's address."""
    app = Flask(__name__)
    app.secret_key = key
    app.config.update(
        SESSION_COOKIE_NAME=cookie_name,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=HERE.startswith("https:"),
    )
    client = OAuth(app, **options).register(
        "ostiary",
        client_id=os.environ["OSTIARY_CLIENT_ID"],
        client_secret=os.environ["OSTIARY_CLIENT_SECRET"],
        server_metadata_url=f"{SERVER}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"},
    )
    app.register_error_handler(OAuthError, refused)
    app.register_error_handler(RequestException, unreachable)
    return app, client


def answered(client):
    """The tokens of the sign-in that the person is back from. Authlib checks state and nonce, exchanges the code and verifies
    the ID token by the keys that the server publishes; iss (RFC 9207) it leaves to the app."""
    if request.args.get("iss") != SERVER:
        raise OAuthError("wrong_issuer", "This answer is not from the server that was asked.")
    return client.authorize_access_token()


def show(status=200, **shown):
    return render_template_string(PAGE, **shown), status


def refused(error):
    if error.error == "too_many_requests":
        return unreachable(error)
    return show(400, problem=f"{error.error}: {error.description}")


def unreachable(error):
    """The server did not answer what it was asked: that refuses nothing."""
    current_app.logger.warning("%s", error)
    return show(503, problem="The sign-in service can't be reached at the moment.")


def name_of(claims):
    return claims.get("name") or claims["sub"]


def to_sign_out(client, id_token):
    """The ID token says for whom, so that nobody has to be asked."""
    end = client.load_server_metadata()["end_session_endpoint"]
    wishes = {"id_token_hint": id_token, "post_logout_redirect_uri": f"{HERE}/"}
    return redirect(f"{end}?{urlencode(wishes)}", 303)
