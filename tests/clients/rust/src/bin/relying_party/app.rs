//! One app: the client it is, what it remembers of a sign-in, the tokens it holds.

use std::{collections::HashMap, error::Error};

use client::{Refused, agent, send, shown};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EmptyAdditionalClaims, EndSessionUrl,
    IssuerUrl, LogoutRequest, Nonce, NonceVerifier, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, Scope, SubjectIdentifier, TokenResponse,
    UserInfoClaims,
    core::{CoreAuthenticationFlow, CoreGenderClaim},
    url::Url,
};
use serde_json::{Value, json};
use ureq::Agent;

use crate::types::{Claims, RelyingParty, Token, Tokens};

/// The client that the app is.
pub struct Setup {
    pub issuer: String,
    pub id: String,
    pub secret: Option<String>,
    pub redirect_uri: String,
    pub signed_out_uri: String,
}

/// What was sent with the authorization request.
struct Sent {
    state: CsrfToken,
    nonce: Nonce,
    verifier: String,
}

pub struct App {
    setup: Setup,
    client: RelyingParty,
    end_session: EndSessionUrl,
    agent: Agent,
    sent: Option<Sent>,
    tokens: Option<Tokens>,
    /// The last ID token, and whom it is about.
    signed_in: Option<(Token, SubjectIdentifier)>,
}

impl App {
    /// Everything else it finds out from the issuer's address.
    pub fn discover(setup: Setup) -> Result<Self, Box<dyn Error>> {
        let agent = agent();
        let issuer = IssuerUrl::new(setup.issuer.clone())?;
        let metadata = ProviderMetadataWithLogout::discover(&issuer, &|request| send(&agent, request))?;
        let end_session = metadata.additional_metadata().end_session_endpoint.clone();
        let end_session = end_session.ok_or("there is no end_session_endpoint")?;
        let secret = setup.secret.clone().map(ClientSecret::new);
        let client = RelyingParty::from_provider_metadata(metadata, ClientId::new(setup.id.clone()), secret)
            .set_redirect_uri(RedirectUrl::new(setup.redirect_uri.clone())?);
        Ok(Self { setup, client, end_session, agent, sent: None, tokens: None, signed_in: None })
    }

    pub fn authorize(&mut self, scope: &str) -> String {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        // The library adds `openid` by itself.
        let scopes = scope.split(' ').filter(|scope| *scope != "openid").map(|scope| Scope::new(scope.to_owned()));
        let (url, state, nonce) = self
            .client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(scopes)
            .set_pkce_challenge(challenge)
            .url();
        self.sent = Some(Sent { state, nonce, verifier: verifier.into_secret() });
        url.into()
    }

    /// Checks the answer itself, which the library leaves to the app.
    pub fn redeem(&mut self, callback: &str) -> Result<Value, Box<dyn Error>> {
        let answer: HashMap<String, String> = Url::parse(callback)?.query_pairs().into_owned().collect();
        let Sent { state, nonce, verifier } = self.sent.take().ok_or("nothing was asked for")?;
        if answer.get("state") != Some(state.secret()) || answer.get("iss") != Some(&self.setup.issuer) {
            return Err(format!("this answer is to another request: {callback}").into());
        }
        if answer.contains_key("error") {
            return Err(Refused(json!(answer)).into());
        }
        let code = answer.get("code").ok_or("there is no code in the answer")?;
        let tokens = self
            .client
            .exchange_code(AuthorizationCode::new(code.clone()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request(&|request| send(&self.agent, request))
            .map_err(shown)?;
        self.keep(tokens, &nonce)
    }

    pub fn userinfo(&self) -> Result<Value, Box<dyn Error>> {
        let tokens = self.tokens.as_ref().ok_or("there are no tokens")?;
        let subject = self.signed_in.as_ref().map(|(_, subject)| subject.clone());
        let claims: UserInfoClaims<EmptyAdditionalClaims, CoreGenderClaim> = self
            .client
            .user_info(tokens.access_token().clone(), subject)?
            .request(&|request| send(&self.agent, request))?;
        Ok(json!(claims))
    }

    pub fn refresh(&mut self) -> Result<Value, Box<dyn Error>> {
        let tokens = self.tokens.as_ref().ok_or("there are no tokens")?;
        let token = tokens.refresh_token().ok_or("there is no refresh token")?;
        let tokens =
            self.client.exchange_refresh_token(token)?.request(&|request| send(&self.agent, request)).map_err(shown)?;
        // OpenID Connect Core 12.2: nothing was sent, so nothing may come back.
        self.keep(tokens, |nonce: Option<&Nonce>| nonce.map_or(Ok(()), |_| Err("there is a nonce".to_owned())))
    }

    pub fn sign_out(&self, state: &str) -> Result<String, Box<dyn Error>> {
        let (token, _) = self.signed_in.as_ref().ok_or("nobody is signed in")?;
        let request = LogoutRequest::from(self.end_session.clone())
            .set_id_token_hint(token)
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(self.setup.signed_out_uri.clone())?)
            .set_state(CsrfToken::new(state.to_owned()));
        Ok(request.http_get_url().into())
    }

    /// Verifies the ID token and that it belongs to the access token; what it says.
    fn keep(&mut self, tokens: Tokens, nonce: impl NonceVerifier) -> Result<Value, Box<dyn Error>> {
        let id_token = tokens.id_token().ok_or("there is no ID token")?.clone();
        let verifier = self.client.id_token_verifier();
        let claims: &Claims = id_token.claims(&verifier, nonce)?;
        let (algorithm, key) = (id_token.signing_alg()?, id_token.signing_key(&verifier)?);
        let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)?;
        if claims.access_token_hash() != Some(&hash) {
            return Err("the ID token belongs to another access token".into());
        }
        let (said, subject) = (json!(claims), claims.subject().clone());
        self.signed_in = Some((id_token, subject));
        self.tokens = Some(tokens);
        Ok(said)
    }
}
