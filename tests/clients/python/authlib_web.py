"""A web app on Flask whose people sign in by Authlib: the browser holds no more than the number of its session."""

import os
import secrets

from authlib.integrations.flask_client import OAuth, OAuthError
from flask import Flask, redirect, render_template_string, session, url_for
from werkzeug.serving import make_server

# A page for people would be nicer; this one is read by the test. It loads no icon.
PAGE = '<!doctype html><link rel="icon" href="data:,"><title>App</title><pre>{{ shown | tojson }}</pre>'

app = Flask(__name__)
app.secret_key = secrets.token_bytes(32)
# Not the default, at which the cookie of another app on this host would be taken for this one's.
app.config["SESSION_COOKIE_NAME"] = "authlib_web"
ostiary = OAuth(app).register(
    "ostiary",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=os.environ["ISSUER"] + "/.well-known/openid-configuration",
    client_kwargs={"scope": "openid profile email address phone", "code_challenge_method": "S256"},
)
# Tokens by session; they stay here.
tokens = {}


def page(shown):
    return render_template_string(PAGE, shown=shown)


@app.get("/sign-in")
def sign_in():
    return ostiary.authorize_redirect(url_for("callback", _external=True))


@app.get("/callback")
def callback():
    """Checks state and nonce, exchanges the code, verifies the ID token by the keys that the issuer publishes."""
    token = ostiary.authorize_access_token()
    session["id"] = secrets.token_urlsafe()
    tokens[session["id"]] = token
    return redirect(url_for("me"))


@app.get("/me")
def me():
    token = tokens[session["id"]]
    return page({"id_token": token["userinfo"], "userinfo": ostiary.userinfo(token=token)})


@app.get("/refresh")
def refresh():
    before = tokens[session["id"]]
    token = ostiary.fetch_access_token(
        grant_type="refresh_token", refresh_token=before["refresh_token"]
    )
    token["userinfo"] = ostiary.parse_id_token(token, nonce=None)
    tokens[session["id"]] = token
    return redirect(url_for("me"))


@app.get("/sign-out")
def sign_out():
    return ostiary.logout_redirect(
        url_for("signed_out", _external=True), tokens[session["id"]]["id_token"]
    )


@app.get("/signed-out")
def signed_out():
    """Checks the state. The tokens stay, so that the test can see that they are worth nothing."""
    return page(ostiary.validate_logout_response())


@app.errorhandler(OAuthError)
def refused(error):
    return page({"error": error.error, "error_description": error.description})


make_server("127.0.0.1", int(os.environ["PORT"]), app).serve_forever()
