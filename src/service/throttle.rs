//! The rate limits in front: approximate, by the network that a request came from. docs/security.md has them as a table.
//!
//! A limit that fails keeps nobody out: guesses at one account are slowed by its guard, and all other secrets have 256 bits. But
//! the log says so, since the rest is not slowed meanwhile.

use std::sync::Arc;

use futures_util::join;
use log::Level;

use crate::app::{App, Context, Happening, log_line};
use crate::ports::Limit;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::service::errors::log_failure;

/// What is said to a network whose requests were too many.
pub const TOO_MANY: &str = "too many requests came from this network; try again in a minute";

/// All limits are of a minute.
const MINUTE: u64 = 60;

/// Whether the network of this request may send one more to what `class` names. The machine itself always may.
///
/// # Errors
/// `too_many_requests`.
pub async fn allows_request(app: &App, context: &Context, limit: Limit, class: &str) -> Result<(), OAuthError> {
    if !context.is_from_outside() || allows(app, limit, &format!("{class} {}", context.network())).await {
        return Ok(());
    }
    Err(too_many(TOO_MANY))
}

/// Counts something wrong that was shown to what `class` names: a secret, a token, a code, a link. It can be counted only
/// once it is known to be wrong, so what is right is never refused by this.
///
/// # Errors
/// `too_many_requests`, to be told in place of what was wrong.
pub async fn count_guess(app: &App, context: &Context, class: &str) -> Result<(), OAuthError> {
    allows_request(app, context, Limit::Guesses, class).await
}

/// Whether the network of this request may try to sign in once more.
pub async fn allows_sign_in(app: &App, context: &Context) -> bool {
    allows(app, Limit::SignIn, &context.network()).await
}

/// Whether so many wrong passwords came from around this request that only who signed in from there before is looked at.
#[must_use]
pub fn is_held(app: &App, context: &Context) -> bool {
    app.held.get(&context.neighbourhood(), context.now()).is_some()
}

/// Counts a wrong password, whosever it was to be. Beyond the limit this isolate holds what is around for half a minute: the
/// limit itself can't be asked without counting.
pub async fn count_wrong_password(app: &App, context: &Context) {
    let around = context.neighbourhood();
    if context.is_from_outside() && !allows(app, Limit::Guesses, &format!("password {around}")).await {
        app.held.put(&around, Arc::new(()), context.now());
    }
}

/// Whether the network of this request may try once more to come in as an administrator, be it by token or by setup code.
pub async fn allows_admin_attempt(app: &App, context: &Context) -> bool {
    allows(app, Limit::SignIn, &format!("admin {}", context.network())).await
}

/// Whether the network of this request may register one more client, or change one that registered itself.
///
/// # Errors
/// `too_many_requests`.
pub async fn allows_registration(app: &App, context: &Context) -> Result<(), OAuthError> {
    if allows(app, Limit::Registration, &context.network()).await {
        return Ok(());
    }
    Err(too_many("too many clients were registered from here; try again later"))
}

/// Whether one more document may be fetched from `host`, and for this person.
///
/// # Errors
/// `too_many_requests`.
pub async fn allows_document(app: &App, host: &str, user_id: &str) -> Result<(), OAuthError> {
    let (of_host, of_person) = (format!("document {host}"), format!("document-for {user_id}"));
    let (of_host, of_person) =
        join!(allows(app, Limit::Registration, &of_host), allows(app, Limit::Registration, &of_person));
    if of_host && of_person {
        return Ok(());
    }
    Err(too_many("too many apps were looked up; try again in a minute"))
}

/// Whether one more may be done for a user that has us ask somebody else: `what`, a call of a tool or a message of an agent.
///
/// # Errors
/// `too_many_requests`.
pub async fn allows_user(app: &App, what: &str, user_id: &str) -> Result<(), OAuthError> {
    if allows(app, Limit::Outbound, &format!("{what} {user_id}")).await {
        return Ok(());
    }
    Err(too_many(format!("too many {what} for this user within a minute; try again in a minute")))
}

/// Whether one more logo may be fetched from `host`. Anybody may register a client and name a logo, so all networks together are not
/// to make us ask one host as often as they like.
pub async fn allows_logo(app: &App, host: &str) -> bool {
    allows(app, Limit::Outbound, &format!("logo at {host}")).await
}

/// Notes a refusal that anybody can bring about, as often as they like and without a right to anything. What decides
/// something is kept in the audit log for good, so past the rate limit it is a line in the log only.
pub async fn note_refusal(app: &App, context: &Context, refused: Happening) {
    if allows(app, Limit::SignIn, &format!("{} {}", refused.kind().as_str(), context.network())).await {
        return context.record(refused);
    }
    log_line(Level::Warn, "refusal_not_kept", context.without_record(&refused));
}

async fn allows(app: &App, limit: Limit, key: &str) -> bool {
    app.limiter.allow(limit, key).await.unwrap_or_else(|error| {
        log_failure("limiter_failed", &error);
        true
    })
}

fn too_many(text: impl Into<String>) -> OAuthError {
    OAuthError::new(ErrorCode::TooManyRequests, text).retry_after(MINUTE)
}
