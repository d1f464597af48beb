//! One app: the client it is, what it remembers of a sign-in, the tokens it holds.

use std::{collections::HashMap, error::Error, fmt};

use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointSet, ErrorResponse, HttpRequest,
    HttpResponse, IntrospectionUrl, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, RevocationUrl,
    Scope, TokenResponse, TokenUrl,
    basic::{BasicClient, BasicTokenResponse},
    http,
    url::Url,
};
use serde_json::{Value, json};
use ureq::Agent;

/// A client that knows authorization, introspection, revocation and token endpoint.
type Client = BasicClient<EndpointSet, oauth2::EndpointNotSet, EndpointSet, EndpointSet, EndpointSet>;

/// An OAuth error as the library shows it: `error` and `error_description`.
#[derive(Debug)]
pub struct Refused(pub Value);

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
        // The library reads the body of a refusal itself, and warns of clients that follow redirects.
        let agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        Ok(Self { issuer, client, agent, sent: None, tokens: None })
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

/// How the library reaches the server: any HTTP client will do. Without TLS, which the server of the tests has not.
fn send(agent: &Agent, mut request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let address = request.uri().to_string().replacen("https://", "http://", 1);
    *request.uri_mut() = address.parse().map_err(http::Error::from)?;
    let (head, mut body) = agent.run(request)?.into_parts();
    Ok(HttpResponse::from_parts(head, body.read_to_vec()?))
}

/// An OAuth error as `Refused`, anything else as it is.
fn shown<E: Error + 'static, T: ErrorResponse + 'static>(error: RequestTokenError<E, T>) -> Box<dyn Error> {
    match error {
        RequestTokenError::ServerResponse(refusal) => Refused(json!(refusal)).into(),
        other => other.into(),
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Refused {}
