//! The authorization code grant (RFC 6749 4.1.3, RFC 7636).
//!
//! Refused, in this order, each with `invalid_grant`, without using the code up: an unknown code; another client's;
//! an expired one; another redirect URI, or none where one is owed; a wrong, missing or surplus verifier; a user or
//! client that does not stand behind it any more. Only then is the grant's object asked, which says yes once.

use std::sync::Arc;

use futures_util::join;

use super::issue::{Issue, respond, still_allowed};
use super::{ended, lifetimes};
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::client::{Client, GrantType};
use crate::model::code::{AuthorizationCode, CodeRecord, StoredCode};
use crate::model::grant::Authority;
use crate::model::grant::commands::{Issued, Redeem, Refusal, Reply};
use crate::protocol::error::OAuthError;
use crate::protocol::pkce;
use crate::protocol::token::TokenResponse;
use crate::service::errors::log_failure;
use crate::service::{id_tokens, resources};
use crate::store::grants;

/// A code exchange whose code has been looked up.
pub struct Exchange {
    /// What is known of the code.
    pub stored: Option<Code>,
    /// The redirect URI, if sent.
    pub redirect_uri: Option<String>,
    /// The PKCE verifier, if sent.
    pub code_verifier: Option<String>,
    /// Resources asked for; none: all that were allowed.
    pub resources: Vec<String>,
}

/// A code that is known.
pub struct Code {
    grant_id: String,
    record: CodeRecord,
    stored: Arc<StoredCode>,
}

/// Looks a code up: in KV and, at the same time, in the grant's row, which knows user and client, and answers alone
/// when KV lags or fails. A code that this isolate issued a moment ago is known without either: its row is never
/// replaced, and whether it was used before is its object's to say.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn load(app: &App, context: &Context, code: &str) -> Result<Option<Code>, OAuthError> {
    let Some(code) = AuthorizationCode::parse(code).filter(|code| app.grants.is_id(code.grant_id)) else {
        return Ok(None);
    };
    let hash = code.hash();
    let issued = app.issued.get(code.grant_id, context.now());
    if let Some(stored) = issued.filter(|issued| issued.code_hash == hash && issued.status.is_live()) {
        return Ok(Some(Code { grant_id: code.grant_id.to_owned(), record: stored.record.clone(), stored }));
    }
    let (quick, stored) = join!(app.codes.get(&hash), grants::code(&*app.database, code.grant_id));
    let quick = quick.unwrap_or_else(|error| {
        log_failure("kv_failed", &error);
        None
    });
    let Some(stored) = stored?.filter(|stored| stored.code_hash == hash) else { return Ok(None) };
    let record = quick.and_then(|quick| confirmed(quick, &stored)).unwrap_or_else(|| stored.record.clone());
    Ok(Some(Code { grant_id: code.grant_id.to_owned(), record, stored: Arc::new(stored) }))
}

/// The row decides. KV was written beside it, and is written over when the page is answered again, where the row is not:
/// so its copy counts only where it says what the row says, and the two moments, which differ then, are the row's.
fn confirmed(quick: CodeRecord, stored: &StoredCode) -> Option<CodeRecord> {
    let record = CodeRecord { auth_time: stored.record.auth_time, expires_at: stored.record.expires_at, ..quick };
    (record == stored.record).then_some(record)
}

/// Exchanges a code for tokens.
///
/// # Errors
/// See the head of this file.
pub async fn exchange(
    app: &App,
    context: &Context,
    client: &Client,
    exchange: Exchange,
) -> Result<TokenResponse, OAuthError> {
    let code = exchange.stored.ok_or_else(|| OAuthError::invalid_grant("the code is not known").as_guess())?;
    check_client(client, &code.record)?;
    check_expiry(&code, context)?;
    check_redirect_uri(&code.record, exchange.redirect_uri.as_deref())?;
    pkce::verify(code.record.code_challenge.as_deref(), exchange.code_verifier.as_deref())?;
    check_standing(&code)?;
    let resources = resources::of_grant(app, context, &code.record.resources, &exchange.resources).await?;
    let scope = still_allowed(client, &code.record.scope)?;

    let Code { grant_id, record, stored } = code;
    let record = CodeRecord { expires_at: stored.expires_at, ..record };
    let nonce = record.nonce.clone();
    // A failure here, too, must not burn the code.
    let by_name = id_tokens::by_name(app, context, client, &record.user_id, &record.claims.id_token).await?;
    let issued = redeem(app, context, client, &grant_id, record).await?;
    let done = Happening::done(EventKind::TokenIssued).by(client.id.clone()).client(client.id.clone());
    let done = done.to(issued.authority.user_id.clone()).grant(grant_id.clone());
    context.record(done.tokens(issued.dates()));
    respond(app, context, client, Issue { grant_id: &grant_id, issued, scope, resources, nonce, by_name }).await
}

fn check_client(client: &Client, record: &CodeRecord) -> Result<(), OAuthError> {
    if record.client_id == client.id {
        return Ok(());
    }
    Err(OAuthError::invalid_grant("the code is not known").detail("the code is another client's"))
}

fn check_expiry(code: &Code, context: &Context) -> Result<(), OAuthError> {
    if context.now() < code.stored.expires_at {
        return Ok(());
    }
    Err(OAuthError::invalid_grant("the code has expired"))
}

/// RFC 6749 4.1.3 demands the redirect URI that the authorization request named; OAuth 2.1 leaves it to PKCE to bind
/// the code. So it may be left out exactly when the code has a challenge.
fn check_redirect_uri(record: &CodeRecord, sent: Option<&str>) -> Result<(), OAuthError> {
    match sent {
        Some(uri) if uri == record.redirect_uri => Ok(()),
        Some(_) => Err(OAuthError::invalid_grant("redirect_uri is not the one the code was sent to")),
        None if record.code_challenge.is_some() || !record.redirect_uri_sent => Ok(()),
        None => Err(OAuthError::invalid_grant("redirect_uri is missing")),
    }
}

/// Before the object is asked: a failure here must not burn the code.
fn check_standing(code: &Code) -> Result<(), OAuthError> {
    if code.stored.status.is_live() {
        return Ok(());
    }
    Err(OAuthError::invalid_grant("the grant has ended").detail("user or client is disabled or began anew"))
}

async fn redeem(
    app: &App,
    context: &Context,
    client: &Client,
    grant_id: &str,
    record: CodeRecord,
) -> Result<Issued, OAuthError> {
    let command = Redeem {
        attempt: app.random_text::<16>(),
        key: app.random_bytes(),
        authority: Authority {
            client_id: record.client_id,
            public_client: client.is_public(),
            user_id: record.user_id,
            scope: record.scope,
            resources: record.resources,
            auth_time: record.auth_time,
            at_a_provider: record.at_a_provider,
            sid: record.sid,
            ends_at: record.session_ends_at,
            id_token_claims: record.claims.id_token,
        },
        code_expires_at: record.expires_at,
        refreshable: client.allows(GrantType::RefreshToken),
        lifetimes: lifetimes(app, client),
    };
    match app.grants.redeem(grant_id, command).await? {
        Reply::Issued(issued) => Ok(*issued),
        Reply::Refused(refusal) => Err(refused(app, context, client, grant_id, refusal).await),
        _ => Err(OAuthError::server_error("the grant gave an answer that does not fit").detail("redeem")),
    }
}

async fn refused(app: &App, context: &Context, client: &Client, grant_id: &str, refusal: Refusal) -> OAuthError {
    match refusal {
        Refusal::Replayed => {
            ended::by_replay(app, context, client, grant_id, "the code was used again").await;
            OAuthError::invalid_grant("the code was used already")
        }
        Refusal::Duplicate => OAuthError::invalid_grant("the code was used already").detail("within a second"),
        Refusal::CodeExpired => OAuthError::invalid_grant("the code has expired"),
        _ => OAuthError::invalid_grant("the grant has ended"),
    }
}
