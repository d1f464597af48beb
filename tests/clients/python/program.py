"""The lines of tests/clients/support/program.ts, the same for both libraries."""

import json
import os
import sys

ISSUER = os.environ["ISSUER"]
CLIENT_ID = os.environ["CLIENT_ID"]
# Without a secret, and without a key, the client is public.
CLIENT_SECRET = os.environ["CLIENT_SECRET"] or None
# A private JWK.
CLIENT_KEY = json.loads(os.environ["CLIENT_KEY"] or "null")
REDIRECT_URI = os.environ["REDIRECT_URI"]

AUTHORIZE = f"{ISSUER}/oauth/authorize"
TOKEN = f"{ISSUER}/oauth/token"
REVOKE = f"{ISSUER}/oauth/revoke"
INTROSPECT = f"{ISSUER}/oauth/introspect"
API = f"{ISSUER}/api/oauth/clients/me"


def serve(client, oauth_error):
    """Does what each line says, until there are no more. `oauth_error`: the class of the library's OAuth errors."""
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = getattr(client, order.pop("do"))(**order)
        except oauth_error as error:
            answer = {"error": error.error, "error_description": error.description}
        print(json.dumps(answer), flush=True)
