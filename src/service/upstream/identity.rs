//! Who somebody is at a provider: by its ID token, or by its user endpoint.

use serde_json::{Map, Value};

use super::discovery::{self, Endpoints};
use super::fault;
use super::tokens::{Given, LIMITS};
use crate::app::{App, Context};
use crate::model::identity::Account;
use crate::model::provider::Provider;
use crate::ports::HttpRequest;
use crate::protocol::error::OAuthError;
use crate::protocol::jose::received_id_token::{Expected, ReceivedIdToken};
use crate::protocol::json::from_bytes;
use crate::protocol::time::Timestamp;
use crate::service::fetch;
use crate::service::signed_by_another::verify;

/// Longest text that is kept of anybody, in bytes.
const LONGEST: usize = 255;

/// Whose tokens these are.
pub(super) async fn of(
    app: &App,
    context: &Context,
    (provider, endpoints): (&Provider, &Endpoints),
    given: &Given,
    nonce: &str,
) -> Result<Account, OAuthError> {
    let claims = match (provider.issuer(), &endpoints.jwks) {
        (Some(issuer), Some(jwks)) => {
            let expected = Expected {
                issuer,
                client_id: provider.client_id(),
                nonce,
                access_token: &given.access_token,
                now: context.now(),
            };
            let claims = by_id_token(app, context, (provider, jwks), given.id_token.as_deref(), expected).await?;
            with_more(app, (provider, endpoints), claims, &given.access_token).await
        }
        _ => by_endpoint(app, (provider, endpoints), &given.access_token).await?,
    };
    account((provider, endpoints), &claims, context.now())
}

/// Who this is that a provider tells of.
///
/// # Errors
/// `bad_gateway` when it does not say who.
pub fn account(
    (provider, endpoints): (&Provider, &Endpoints),
    claims: &Map<String, Value>,
    now: Timestamp,
) -> Result<Account, OAuthError> {
    let text = |name: &str| match claims.get(name) {
        Some(Value::String(text)) if (1..=LONGEST).contains(&text.len()) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let id = text(provider.subject_claim()).ok_or_else(|| fault(provider, "does not say who you are"))?;
    let auth_time = claims.get("auth_time").and_then(Value::as_i64);
    Ok(Account {
        // That of an ID token is in it; one with a part for each customer says whose.
        issuer: endpoints
            .jwks
            .as_ref()
            .and_then(|_| text("iss"))
            .or_else(|| endpoints.userinfo.clone())
            .unwrap_or_default(),
        id,
        // What is said of `email` is said of no other claim. Some write it as a text, which may mean anything.
        email_verified: provider.email_claim() == "email" && claims.get("email_verified") == Some(&Value::Bool(true)),
        email: text(provider.email_claim()),
        name: text(provider.name_claim()),
        auth_time: auth_time.map(|seconds| Timestamp::from_seconds(seconds.clamp(0, now.seconds()))),
    })
}

async fn by_id_token(
    app: &App,
    context: &Context,
    (provider, jwks): (&Provider, &str),
    token: Option<&str>,
    expected: Expected<'_>,
) -> Result<Map<String, Value>, OAuthError> {
    let wrong = |problem: &str| fault(provider, &format!("sent an ID token that {problem}"));
    let token = token.ok_or_else(|| fault(provider, "sent no ID token"))?;
    let token = ReceivedIdToken::parse(token).map_err(wrong)?;
    let known = discovery::keys(app, context, provider, (jwks, false)).await?;
    // A key that is new there is not among those that were fetched a moment ago.
    let signed = verify(app, &known, token.signed()).await?
        || verify(app, &discovery::keys(app, context, provider, (jwks, true)).await?, token.signed()).await?;
    if !signed {
        return Err(wrong("none of its keys signed"));
    }
    token.check(expected).map_err(wrong)
}

/// Beside an access token an ID token need not say what somebody is called (OpenID Connect Core 5.4): that is asked for then.
/// Who does not tell it, or tells it of somebody else (Core 5.3.2), is a provider all the same.
async fn with_more(
    app: &App,
    place: (&Provider, &Endpoints),
    claims: Map<String, Value>,
    access_token: &str,
) -> Map<String, Value> {
    let (provider, endpoints) = place;
    let says = |name: &str| claims.contains_key(name);
    if endpoints.userinfo.is_none() || says(provider.email_claim()) || says(provider.name_claim()) {
        return claims;
    }
    match by_endpoint(app, place, access_token).await {
        Ok(mut told) if told.get("sub") == claims.get("sub") => {
            // Whether an address is verified says who says the address.
            told.extend(claims.into_iter().filter(|(name, _)| name != "email_verified"));
            told
        }
        _ => claims,
    }
}

async fn by_endpoint(
    app: &App,
    (provider, endpoints): (&Provider, &Endpoints),
    access_token: &str,
) -> Result<Map<String, Value>, OAuthError> {
    let url = endpoints.userinfo.as_deref().ok_or_else(|| fault(provider, "names no userinfo_endpoint"))?;
    fetch::allowed(&app.config, url)
        .map_err(|problem| fault(provider, &format!("has a userinfo_endpoint that {problem}")))?;
    let header = |name: &str, value: String| (name.to_owned(), value);
    let headers = vec![
        header("authorization", format!("Bearer {access_token}")),
        header("accept", "application/json".to_owned()),
        header("user-agent", "ostiary".to_owned()),
    ];
    let request = HttpRequest { method: "GET", url: url.to_owned(), headers, body: None };
    let silent = |problem| fault(provider, "does not tell who you are").source(problem);
    let reply = app.http.send(request, LIMITS).await.map_err(silent)?;
    if reply.status != 200 {
        return Err(fault(provider, &format!("does not tell who you are: status {}", reply.status)));
    }
    from_bytes(&reply.body).map_err(|problem| fault(provider, "does not tell in JSON who you are").source(problem))
}
