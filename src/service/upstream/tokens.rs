//! A provider's token endpoint (RFC 6749 sections 4.1.3, 5 and 6), and its revocation endpoint (RFC 7009).

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::discovery::Endpoints;
use super::fault;
use crate::app::App;
use crate::model::provider::{OurProof, Provider, ProviderKind};
use crate::ports::{HttpLimits, HttpReply, HttpRequest, StorageError};
use crate::protocol::error::OAuthError;
use crate::protocol::json::from_bytes;
use crate::protocol::parameters::Parameters;
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;
use crate::service::{fetch, providers};

pub(super) const LIMITS: HttpLimits = HttpLimits { deadline: Duration::from_secs(10), bytes: 64 * 1024 };

/// What a provider gave.
pub struct Given {
    /// By which it is asked in the person's name.
    pub access_token: String,
    /// By which it gives the next ones.
    pub refresh_token: Option<String>,
    /// Who the person is.
    pub id_token: Option<String>,
    /// In seconds; `None`: it did not say.
    pub expires_in: Option<i64>,
    /// `None`: what was asked for (RFC 6749 section 5.1).
    pub scope: Option<String>,
}

impl Given {
    /// When the access token is over that was given now; `None`: nobody said.
    #[must_use]
    pub fn expires_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.expires_in.map(|seconds| now + Duration::from_secs(seconds.unsigned_abs()))
    }
}

/// Why a provider gave nothing.
pub enum Ungiven {
    /// It said no, by this code.
    Refused(String),
    /// It answered that it cannot now, and so did nothing.
    Busy(u16),
    /// It failed, and nobody knows what it did before.
    Failed(u16),
    /// Nobody knows what it did: it did not answer, or not as it should.
    Unknown(String),
    /// It was not asked: the fault is ours.
    Ours(OAuthError),
}

impl Ungiven {
    /// Whether it may have done what it was asked: then a refresh token may be used up. That a connection broke before anything was
    /// sent cannot be told from one that broke afterwards, so either counts.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Failed(_) | Self::Unknown(_) => true,
            Self::Refused(code) => code == "server_error",
            Self::Busy(_) | Self::Ours(_) => false,
        }
    }
}

impl From<OAuthError> for Ungiven {
    fn from(error: OAuthError) -> Self {
        Self::Ours(error)
    }
}

/// Asks for tokens with this form.
pub(super) async fn ask(
    app: &App,
    provider: &Provider,
    endpoints: &Endpoints,
    form: &[(&str, &str)],
) -> Result<Given, Ungiven> {
    let reply = send(app, provider, &endpoints.token, form).await?;
    let reply = reply.map_err(|problem| Ungiven::Unknown(problem.to_string()))?;
    match reply.status {
        429 | 503 => Err(Ungiven::Busy(reply.status)),
        500.. => Err(Ungiven::Failed(reply.status)),
        _ => read(&reply),
    }
}

/// What the answer of a token endpoint gives.
///
/// # Errors
/// Why it gives nothing.
pub fn read(reply: &HttpReply) -> Result<Given, Ungiven> {
    let unclear = || Ungiven::Unknown(format!("status {}, and no JSON that says what was given", reply.status));
    let answer: Map<String, Value> = from_bytes(&reply.body).map_err(|_| unclear())?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    // Some say so with status 200.
    if let Some(code) = text("error") {
        let plain = code.len() <= 64 && code.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'_');
        return Err(Ungiven::Refused(if plain { code } else { "an error" }.to_owned()));
    }
    let bearer = text("token_type").is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
    let can_be_sent = |token: &&str| token.bytes().all(|letter| letter.is_ascii_graphic());
    let access_token = text("access_token").filter(can_be_sent).filter(|_| reply.status == 200 && bearer);
    Ok(Given {
        access_token: access_token.ok_or_else(unclear)?.to_owned(),
        refresh_token: text("refresh_token").map(str::to_owned),
        id_token: text("id_token").map(str::to_owned),
        expires_in: expires_in(answer.get("expires_in")),
        scope: text("scope").map(str::to_owned),
    })
}

/// Some write the number as a text.
fn expires_in(value: Option<&Value>) -> Option<i64> {
    let seconds = value.and_then(|value| value.as_i64().or_else(|| value.as_str()?.parse().ok()))?;
    Some(seconds.clamp(0, 10 * 365 * 24 * 60 * 60))
}

/// Where a provider does not say what it granted, it granted what was asked for (RFC 6749 section 5.1). GitHub parts scopes by
/// commas; Google calls two by other names than they are asked for.
pub(super) fn granted(provider: &Provider, given: &Given, asked: &str) -> ScopeSet {
    let said = given.scope.as_deref().unwrap_or(asked);
    let said = if provider.kind() == ProviderKind::Oauth { said.replace(',', " ") } else { said.to_owned() };
    let known =
        said.split(' ').map(|scope| scope.strip_prefix("https://www.googleapis.com/auth/userinfo.").unwrap_or(scope));
    ScopeSet::parse(&known.collect::<Vec<_>>().join(" ")).unwrap_or_default()
}

/// Why there are no tokens, in words for a person.
pub(super) fn no_tokens(provider: &Provider, ungiven: Ungiven) -> OAuthError {
    match ungiven {
        Ungiven::Refused(code) => fault(provider, &format!("gave no tokens: {code}")),
        Ungiven::Busy(status) | Ungiven::Failed(status) => fault(provider, &format!("gave no tokens: status {status}")),
        Ungiven::Unknown(why) => fault(provider, "gave no tokens, or in no form that is known").detail(why),
        Ungiven::Ours(error) => error,
    }
}

/// Gives a token back, as well as can be.
pub(super) async fn revoke(app: &App, provider: &Provider, endpoint: &str, token: &str) -> Result<(), OAuthError> {
    let reply = send(app, provider, endpoint, &[("token", token)]).await??;
    if reply.status == 200 { Ok(()) } else { Err(fault(provider, "did not take a token back")) }
}

/// Posts a form, with the proof of who we are. The inner error: it was sent, and nobody knows what came of it.
async fn send(
    app: &App,
    provider: &Provider,
    url: &str,
    form: &[(&str, &str)],
) -> Result<Result<HttpReply, StorageError>, OAuthError> {
    fetch::allowed(&app.config, url).map_err(|problem| fault(provider, &format!("has an address that {problem}")))?;
    let secret = providers::secret(app, provider).await?;
    let mut form: Vec<(&str, &str)> = form.to_vec();
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut headers = vec![
        header("content-type", "application/x-www-form-urlencoded"),
        header("accept", "application/json"),
        header("user-agent", "ostiary"),
    ];
    match provider.proof() {
        OurProof::Basic => headers.push(header("authorization", &basic(provider.client_id(), &secret))),
        OurProof::Body => form.extend([("client_id", provider.client_id()), ("client_secret", secret.as_str())]),
        OurProof::None => form.push(("client_id", provider.client_id())),
    }
    let body = encoded(&form);
    let request = HttpRequest { method: "POST", url: url.to_owned(), headers, body: Some(body) };
    Ok(app.http.send(request, LIMITS).await)
}

/// Both parts are encoded before they are put together (RFC 6749 section 2.3.1).
fn basic(client_id: &str, secret: &str) -> String {
    let part = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", part(client_id), part(secret))))
}

pub(super) fn encoded(form: &[(&str, &str)]) -> String {
    form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Parameters>().encode()
}
