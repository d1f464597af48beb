"""A web app that keeps nothing on the server: what it must remember lies in Flask's signed cookie, before the sign-in the
state, afterwards who signed in. So any number of servers can serve it that have the same COOKIE_KEY. It calls no API in
the person's name, so it throws the tokens away."""

import os
from datetime import timedelta

from app import HERE, PORT, answered, make_app, name_of, show, to_sign_out
from flask import redirect, session

key = os.environ.get("COOKIE_KEY", "")
if len(key) < 64:
    raise SystemExit("COOKIE_KEY is missing or too short: openssl rand -hex 32")
app, ostiary = make_app("python_person", key)
# An older cookie is no good, though a browser may keep it longer.
app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(days=1)


@app.get("/")
def home():
    return show(name=session.get("name"))


@app.get("/sign-in")
def sign_in():
    return ostiary.authorize_redirect(f"{HERE}/callback")


@app.get("/callback")
def callback():
    token = answered(ostiary)
    session.clear()
    session["name"] = name_of(ostiary.userinfo(token=token))
    session["id_token"] = token["id_token"]  # for the sign-out, which it makes a matter of no questions
    return redirect("/", 303)


@app.post("/sign-out")
def sign_out():
    id_token = session.get("id_token")
    session.clear()
    return to_sign_out(ostiary, id_token) if id_token else redirect("/", 303)


if __name__ == "__main__":
    print(f"Open {HERE}", flush=True)
    app.run(port=PORT)
