//! What both web apps do with Ostiary, on the crate openidconnect: the sign-in, and who came back from it.

use std::{collections::HashMap, env, error::Error, fmt};

use openidconnect::{
    AccessToken, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndSessionUrl, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpClientError, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, RefreshToken, RequestTokenError,
    Scope, StandardErrorResponse, SubjectIdentifier, TokenResponse, UserInfoError,
    core::{CoreAuthenticationFlow, CoreClient, CoreErrorResponseType, CoreIdToken, CoreUserInfoClaims},
    http::StatusCode,
    reqwest,
};
use serde::{Deserialize, Serialize};

mod page;

pub use page::{failed, problem, signed_in, signed_out};

pub type Failure = Box<dyn Error + Send + Sync>;

/// The server did not answer what it was asked: that refuses nothing.
#[derive(Debug)]
pub struct Unreachable(pub Failure);

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("The sign-in service can't be reached at the moment.")
    }
}

impl Error for Unreachable {}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What is remembered while the person is away at the server.
#[derive(Clone, Deserialize, Serialize)]
pub struct Pending {
    state: CsrfToken,
    nonce: Nonce,
    verifier: String,
}

/// Who signed in.
#[derive(Clone, Deserialize, Serialize)]
pub struct Person {
    pub name: String,
    /// Kept for the sign-out, which it makes a matter of no questions.
    pub id_token: CoreIdToken,
}

/// For calls in the person's name.
#[derive(Clone)]
pub struct Tokens {
    pub access: AccessToken,
    pub refresh: Option<RefreshToken>,
}

/// The app, as Ostiary knows it.
pub struct Oidc {
    /// Where people find the app.
    pub here: String,
    issuer: String,
    client: Client,
    end_session: EndSessionUrl,
    http: reqwest::Client,
}

impl Oidc {
    /// Everything else is found out from the server's address.
    pub async fn discover() -> Result<Self, Failure> {
        let issuer = env::var("OSTIARY_URL").unwrap_or_else(|_| "http://localhost:8787".to_owned());
        let here = env::var("APP_URL").unwrap_or_else(|_| format!("http://localhost:{}", port()));
        // It must not follow redirects: an attacker could lead it elsewhere by one.
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        let metadata = ProviderMetadataWithLogout::discover_async(IssuerUrl::new(issuer.clone())?, &http).await?;
        let end_session = metadata.additional_metadata().end_session_endpoint.clone();
        let id = ClientId::new(env::var("OSTIARY_CLIENT_ID")?);
        let secret = ClientSecret::new(env::var("OSTIARY_CLIENT_SECRET")?);
        let client = CoreClient::from_provider_metadata(metadata, id, Some(secret))
            .set_redirect_uri(RedirectUrl::new(format!("{here}/callback"))?);
        Ok(Self { here, issuer, client, end_session: end_session.ok_or("no end_session_endpoint")?, http })
    }

    /// Where to send the person, and what to remember until they are back.
    pub fn begin(&self) -> (String, Pending) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = self
            .client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        (url.into(), Pending { state, nonce, verifier: verifier.into_secret() })
    }

    /// The person is back: checks that it is the answer to `pending`, exchanges the code, verifies the ID token.
    pub async fn finish(
        &self,
        pending: Pending,
        answer: &HashMap<String, String>,
    ) -> Result<(Person, Tokens), Failure> {
        if answer.get("state") != Some(pending.state.secret()) || answer.get("iss") != Some(&self.issuer) {
            return Err("This answer is to another request.".into());
        }
        if let Some(error) = answer.get("error") {
            return Err(format!("{error}: {}", answer.get("error_description").map_or("", String::as_str)).into());
        }
        let code = AuthorizationCode::new(answer.get("code").ok_or("no code")?.clone());
        let answer = self.client.exchange_code(code)?.set_pkce_verifier(PkceCodeVerifier::new(pending.verifier));
        let answer = answer.request_async(&self.http).await.map_err(of_token_endpoint)?;
        let id_token = answer.id_token().ok_or("no ID token")?.clone();
        let subject = id_token.claims(&self.client.id_token_verifier(), &pending.nonce)?.subject().clone();
        let tokens = Tokens { access: answer.access_token().clone(), refresh: answer.refresh_token().cloned() };
        let claims = self.claims(&tokens, Some(subject)).await?.ok_or("The new access token is no good.")?;
        Ok((Person { name: name_of(&claims), id_token }, tokens))
    }

    /// What the server says now; nothing where the access token is no good any more.
    pub async fn name(&self, tokens: &Tokens) -> Result<Option<String>, Failure> {
        Ok(self.claims(tokens, None).await?.as_ref().map(name_of))
    }

    async fn claims(
        &self,
        tokens: &Tokens,
        subject: Option<SubjectIdentifier>,
    ) -> Result<Option<CoreUserInfoClaims>, Failure> {
        match self.client.user_info(tokens.access.clone(), subject)?.request_async(&self.http).await {
            Ok(claims) => Ok(Some(claims)),
            Err(UserInfoError::Response(StatusCode::UNAUTHORIZED, ..)) => Ok(None),
            Err(UserInfoError::ClaimsVerification(error)) => Err(error.into()),
            Err(error) => Err(Unreachable(error.into()).into()),
        }
    }

    /// The next tokens; nothing where the person must sign in again.
    pub async fn refresh(&self, tokens: &Tokens) -> Result<Option<Tokens>, Failure> {
        let Some(refresh) = &tokens.refresh else { return Ok(None) };
        match self.client.exchange_refresh_token(refresh)?.request_async(&self.http).await {
            Ok(answer) => {
                Ok(Some(Tokens { access: answer.access_token().clone(), refresh: answer.refresh_token().cloned() }))
            }
            Err(RequestTokenError::ServerResponse(refusal))
                if *refusal.error() == CoreErrorResponseType::InvalidGrant =>
            {
                Ok(None)
            }
            Err(error) => Err(of_token_endpoint(error)),
        }
    }

    /// Where the person signs out, and from where they come back to the app.
    pub fn sign_out(&self, person: &Person) -> Result<String, Failure> {
        let request = LogoutRequest::from(self.end_session.clone())
            .set_id_token_hint(&person.id_token)
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(format!("{}/", self.here))?);
        Ok(request.http_get_url().into())
    }
}

pub fn port() -> String {
    env::var("PORT").unwrap_or_else(|_| "3000".to_owned())
}

/// It refuses by the errors of RFC 6749 section 5.2. By others it says that it has no time, or it does not answer at all.
fn of_token_endpoint(
    error: RequestTokenError<HttpClientError<reqwest::Error>, StandardErrorResponse<CoreErrorResponseType>>,
) -> Failure {
    match error {
        RequestTokenError::ServerResponse(refusal)
            if !matches!(refusal.error(), CoreErrorResponseType::Extension(_)) =>
        {
            refusal.to_string().into()
        }
        error => Unreachable(error.into()).into(),
    }
}

fn name_of(claims: &CoreUserInfoClaims) -> String {
    let name = claims.name().and_then(|names| names.get(None)).map(|name| name.to_string());
    name.unwrap_or_else(|| claims.subject().to_string())
}
