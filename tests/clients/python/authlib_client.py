"""Authlib's OAuth2Session."""

from urllib.parse import parse_qs, urlsplit

from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import import_key

import program
from program import (
    API,
    AUTHORIZE,
    CLIENT_ID,
    CLIENT_KEY,
    CLIENT_SECRET,
    INTROSPECT,
    ISSUER,
    REDIRECT_URI,
    REVOKE,
    TOKEN,
)


def credentials():
    """What proves the client: to the library, its key stands where the secret would."""
    if CLIENT_KEY is None:
        return {"client_secret": CLIENT_SECRET}
    method = PrivateKeyJWT(TOKEN, alg=CLIENT_KEY["alg"], headers={"kid": CLIENT_KEY["kid"]})
    return {
        "client_secret": import_key(CLIENT_KEY),
        "token_endpoint_auth_method": method,
        "revocation_endpoint_auth_method": method,
    }


class Client:
    def __init__(self):
        self.session = OAuth2Session(
            CLIENT_ID,
            redirect_uri=REDIRECT_URI,
            code_challenge_method="S256",
            token_endpoint=TOKEN,
            **credentials(),
        )

    def authorize(self, scope):
        self.verifier = generate_token(48)
        url, self.state = self.session.create_authorization_url(
            AUTHORIZE, code_verifier=self.verifier, scope=scope
        )
        return {"url": url}

    def redeem(self, callback):
        # The session looks neither for an error nor for the issuer (RFC 9207).
        answer = {name: values[0] for name, values in parse_qs(urlsplit(callback).query).items()}
        if answer.get("iss") != ISSUER:
            raise ValueError(f"this answer is from another server: {callback}")
        if "error" in answer:
            raise OAuthError(answer["error"], answer.get("error_description"))
        return self.session.fetch_token(
            authorization_response=callback, state=self.state, code_verifier=self.verifier
        )

    def refresh(self):
        return self.session.refresh_token()

    def call(self):
        answer = self.session.get(API)
        return {"status": answer.status_code, "body": answer.text}

    def revoke(self):
        self.session.revoke_token(
            REVOKE, self.session.token["refresh_token"], "refresh_token"
        ).raise_for_status()
        return {}

    def introspect(self):
        return self.session.introspect_token(
            INTROSPECT, self.session.token["access_token"], "access_token"
        ).json()

    def client_credentials(self, scope):
        return self.session.fetch_token(grant_type="client_credentials", scope=scope)


program.serve(Client(), OAuthError)
