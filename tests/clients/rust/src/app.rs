//! One app: the client it is, what it remembers of a sign-in, the tokens it holds.

use std::{collections::HashMap, error::Error};

use client::{Refused, agent, send, shown};
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointSet, IntrospectionUrl, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RevocationUrl, Scope, TokenResponse, TokenUrl,
    basic::{BasicClient, BasicTokenResponse},
    url::Url,
};
use serde_json::{Value, json};
use ureq::Agent;

/// A client that knows authorization, introspection, revocation and token endpoint.
type Client = BasicClient<EndpointSet, oauth2::EndpointNotSet, EndpointSet, EndpointSet, EndpointSet>;

pub struct App {
    issuer: String,
    client: Client,
    agent: Agent,
    sent: Option<(CsrfToken, String)>,
    tokens: Option<BasicTokenResponse>,
}

impl App {
    pub fn new(
        issuer: String,
        id: String,
        secret: Option<String>,
        redirect_uri: String,
    ) -> Result<Self, Box<dyn Error>> {
        let mut client = BasicClient::new(ClientId::new(id))
            .set_auth_uri(AuthUrl::new(format!("{issuer}/oauth/authorize"))?)
            .set_token_uri(TokenUrl::new(format!("{issuer}/oauth/token"))?)
            .set_introspection_url(IntrospectionUrl::new(format!("{issuer}/oauth/introspect"))?)
            .set_revocation_url(RevocationUrl::new(format!("{}/oauth/revoke", with_tls(&issuer)))?)
            .set_redirect_uri(RedirectUrl::new(redirect_uri)?);
        if let Some(secret) = secret {
            client = client.set_client_secret(ClientSecret::new(secret));
        }
        Ok(Self { issuer, client, agent: agent(), sent: None, tokens: None })
    }

    pub fn authorize(&mut self, scope: &str) -> String {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state) = self
            .client
            .authorize_url(CsrfToken::new_random)
            .add_scope(Scope::new(scope.to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        self.sent = Some((state, verifier.into_secret()));
        url.into()
    }

    /// Checks the answer itself, which the library leaves to the app.
    pub fn redeem(&mut self, callback: &str) -> Result<Value, Box<dyn Error>> {
        let answer: HashMap<String, String> = Url::parse(callback)?.query_pairs().into_owned().collect();
        let (state, verifier) = self.sent.as_ref().ok_or("nothing was asked for")?;
        if answer.get("state") != Some(state.secret()) || answer.get("iss") != Some(&self.issuer) {
            return Err(format!("this answer is to another request: {callback}").into());
        }
        if answer.contains_key("error") {
            return Err(Refused(json!(answer)).into());
        }
        let code = answer.get("code").ok_or("there is no code in the answer")?;
        let tokens = self
            .client
            .exchange_code(AuthorizationCode::new(code.clone()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.clone()))
            .request(&|request| send(&self.agent, request))
            .map_err(shown)?;
        self.keep(tokens)
    }

    pub fn refresh(&mut self) -> Result<Value, Box<dyn Error>> {
        let token = self.tokens()?.refresh_token().ok_or("there is no refresh token")?;
        let tokens =
            self.client.exchange_refresh_token(token).request(&|request| send(&self.agent, request)).map_err(shown)?;
        self.keep(tokens)
    }

    /// A plain request with the token, which is not the library's business.
    pub fn call(&self) -> Result<Value, Box<dyn Error>> {
        let mut answer = self
            .agent
            .get(format!("{}/api/oauth/clients/me", self.issuer))
            .header("Authorization", format!("Bearer {}", self.tokens()?.access_token().secret()))
            .call()?;
        Ok(json!({"status": answer.status().as_u16(), "body": answer.body_mut().read_to_string()?}))
    }

    pub fn introspect(&self) -> Result<Value, Box<dyn Error>> {
        let token = self.tokens()?.access_token();
        Ok(json!(self.client.introspect(token).request(&|request| send(&self.agent, request)).map_err(shown)?))
    }

    pub fn revoke(&self) -> Result<Value, Box<dyn Error>> {
        let token = self.tokens()?.refresh_token().ok_or("there is no refresh token")?;
        self.client.revoke_token(token.into())?.request(&|request| send(&self.agent, request)).map_err(shown)?;
        Ok(json!({}))
    }

    pub fn client_credentials(&self, scope: &str) -> Result<Value, Box<dyn Error>> {
        let tokens = self
            .client
            .exchange_client_credentials()
            .add_scope(Scope::new(scope.to_owned()))
            .request(&|request| send(&self.agent, request))
            .map_err(shown)?;
        Ok(json!(tokens))
    }

    fn tokens(&self) -> Result<&BasicTokenResponse, Box<dyn Error>> {
        self.tokens.as_ref().ok_or_else(|| "there are no tokens".into())
    }

    fn keep(&mut self, tokens: BasicTokenResponse) -> Result<Value, Box<dyn Error>> {
        let shown = json!(tokens);
        self.tokens = Some(tokens);
        Ok(shown)
    }
}

/// The library revokes by https only (RFC 7009 2), also on this machine. See `send`.
fn with_tls(issuer: &str) -> String {
    issuer.replacen("http://", "https://", 1)
}
