//! The admin token: the secret `ADMIN_TOKEN`, else the one that `/setup` made, of which the hash alone is kept.

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::protocol::digest::{equal_in_constant_time, sha256_base64url};
use crate::protocol::error::OAuthError;
use crate::service::administration::OPERATOR;
use crate::service::administration::sessions::AdminCookie;
use crate::service::throttle;
use crate::store::{admin_sessions, admin_token};

/// The hash of the admin token that counts. The secret wins, and then nothing is read.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn expected_hash(app: &App) -> Result<Option<String>, OAuthError> {
    match of_secret(app) {
        Some(hash) => Ok(Some(hash)),
        None => Ok(admin_token::find(&*app.database).await?),
    }
}

/// The hash of the secret `ADMIN_TOKEN`.
#[must_use]
pub fn of_secret(app: &App) -> Option<String> {
    app.config.admin_token.as_ref().map(|token| sha256_base64url(token.expose()))
}

/// Whether `presented` is the admin token; compared by hash, in constant time. The primary is asked, so that one that was
/// replaced is dead at once.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn is_admin_token(app: &App, presented: &str) -> Result<bool, OAuthError> {
    Ok(expected_hash(app).await?.is_some_and(|expected| is_of_hash(presented, &expected)))
}

/// Whether `presented` has this hash.
#[must_use]
pub fn is_of_hash(presented: &str, hash: &str) -> bool {
    equal_in_constant_time(hash.as_bytes(), sha256_base64url(presented).as_bytes())
}

/// What `/setup` may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    /// Make the admin token.
    Open,
    /// Nothing: the secret `ADMIN_TOKEN` is the token.
    Unneeded,
    /// Nothing: it was done.
    Done,
}

/// Whether there is a `/setup`: in development, and where the operator set a code for it.
#[must_use]
pub fn has_setup(app: &App) -> bool {
    app.config.development || app.config.setup_code.is_some()
}

/// What `/setup` may do now.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn setup(app: &App) -> Result<Setup, OAuthError> {
    if app.config.admin_token.is_some() {
        return Ok(Setup::Unneeded);
    }
    Ok(if admin_token::find(&*app.database).await?.is_some() { Setup::Done } else { Setup::Open })
}

/// What came of an attempt at `/setup`.
pub enum Attempt {
    /// This is the admin token. It is shown this once.
    Made(String),
    /// There is one already.
    Not(Setup),
    /// The code is wrong.
    WrongCode,
    /// Too many attempts.
    Slowed,
}

/// Makes the admin token, once: of two at the same time one is told that it was done. Where there is a `SETUP_CODE` it must be
/// given.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn set_up(app: &App, context: &Context, code: &str) -> Result<Attempt, OAuthError> {
    if app.config.admin_token.is_some() {
        return Ok(Attempt::Not(Setup::Unneeded));
    }
    if let Some(expected) = &app.config.setup_code {
        if !throttle::allows_admin_attempt(app, context).await {
            return Ok(Attempt::Slowed);
        }
        if !is_of_hash(code.trim(), &sha256_base64url(expected.expose())) {
            let refused = Happening::refused(EventKind::AdminTokenCreated, "the setup code is wrong");
            throttle::note_refusal(app, context, refused).await;
            return Ok(Attempt::WrongCode);
        }
    }
    let token = app.random_text::<32>();
    let kept = app.database.run(admin_token::insert(&sha256_base64url(&token), context.now())).await?;
    if kept.changes == 0 {
        return Ok(Attempt::Not(Setup::Done));
    }
    context.record(Happening::done(EventKind::AdminTokenCreated).by(OPERATOR).because("set-up"));
    Ok(Attempt::Made(token))
}

/// Makes a new admin token in place of the stored one, which is dead from now on, and with it every session that rests on it,
/// but the operator's of `cookie`.
///
/// # Errors
/// `conflict` when the secret `ADMIN_TOKEN` is the token, or somebody else made a new one at the same time.
pub async fn replace(app: &App, context: &Context, actor: &str, cookie: &AdminCookie) -> Result<String, OAuthError> {
    if app.config.admin_token.is_some() {
        return Err(OAuthError::conflict("the secret ADMIN_TOKEN is the admin token: set a new one with wrangler"));
    }
    let token = app.random_text::<32>();
    let (hash, now) = (sha256_base64url(&token), context.now());
    let statement = match admin_token::find(&*app.database).await? {
        Some(before) => admin_token::replace(&before, &hash, now),
        None => admin_token::insert(&hash, now),
    };
    let stay = admin_sessions::rest_on(cookie.hash(), &cookie.proof_of(&hash), &hash);
    let outcomes = app.database.batch(vec![statement, stay]).await?;
    if outcomes.first().is_none_or(|outcome| outcome.changes == 0) {
        return Err(OAuthError::conflict("somebody else made a new admin token at the same time: load the page again"));
    }
    context.record(Happening::done(EventKind::AdminTokenCreated).by(actor).because("in place of the one before"));
    Ok(token)
}
