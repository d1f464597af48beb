"""requests-oauthlib's OAuth2Session, which stands on oauthlib. It has no introspection."""

import os

from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

import program
from program import API, AUTHORIZE, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, REVOKE, TOKEN

# Plain http, on this machine only.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

# A public client says who it is in the body instead.
BASIC = HTTPBasicAuth(CLIENT_ID, CLIENT_SECRET) if CLIENT_SECRET else None
IN_BODY = {} if BASIC else {"client_id": CLIENT_ID}


def shown(token):
    """The library makes a list of the scope."""
    return {**token, "scope": " ".join(token["scope"])}


class Client:
    def authorize(self, scope):
        self.session = OAuth2Session(
            CLIENT_ID, redirect_uri=REDIRECT_URI, scope=scope.split(), pkce="S256"
        )
        url, _state = self.session.authorization_url(AUTHORIZE)
        return {"url": url}

    def redeem(self, callback):
        token = self.session.fetch_token(
            TOKEN, authorization_response=callback, auth=BASIC, include_client_id=BASIC is None
        )
        return shown(token)

    def refresh(self):
        return shown(self.session.refresh_token(TOKEN, auth=BASIC, **IN_BODY))

    def call(self):
        answer = self.session.get(API)
        return {"status": answer.status_code, "body": answer.text}

    def revoke(self):
        # The session has no method for it; the client within makes the request.
        url, headers, body = self.session._client.prepare_token_revocation_request(
            REVOKE, self.session.token["refresh_token"], "refresh_token", **IN_BODY
        )
        self.session.post(
            url, data=body, headers=headers, auth=BASIC, withhold_token=True
        ).raise_for_status()
        return {}

    def client_credentials(self, scope):
        session = OAuth2Session(client=BackendApplicationClient(CLIENT_ID, scope=scope.split()))
        return shown(session.fetch_token(TOKEN, auth=BASIC))


program.serve(Client(), OAuth2Error)
