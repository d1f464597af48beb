"""Authlib's OAuth2Session."""

from urllib.parse import parse_qs, urlsplit

from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

import program
from program import API, AUTHORIZE, CLIENT_ID, CLIENT_SECRET, INTROSPECT, ISSUER, REDIRECT_URI, REVOKE, TOKEN


class Client:
    def __init__(self):
        self.session = OAuth2Session(
            CLIENT_ID,
            CLIENT_SECRET,
            redirect_uri=REDIRECT_URI,
            code_challenge_method="S256",
            token_endpoint=TOKEN,
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
