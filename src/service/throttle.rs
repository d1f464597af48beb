//! The rate limit in front: approximate, by the network a request came from.

use futures_util::join;
use log::Level;

use crate::app::{App, Context, Happening, log_line};
use crate::model::login_guard::network;
use crate::ports::{StorageError, Stored};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::service::errors::log_failure;

/// Whether the network of this request may sign in once more. A limit that fails keeps nobody out, for guesses at one
/// account are slowed by its guard; but the log says so, since guesses at many accounts are not slowed meanwhile.
pub async fn allows_sign_in(app: &App, context: &Context) -> bool {
    allows(app, network(context.address())).await
}

/// Whether the network of this request may try once more to come in as an administrator, be it by token or by setup code.
pub async fn allows_admin_attempt(app: &App, context: &Context) -> bool {
    allows(app, format!("admin {}", network(context.address()))).await
}

/// Whether the network of this request may register one more client, or change one that registered itself.
///
/// # Errors
/// `too_many_requests`.
pub async fn allows_registration(app: &App, context: &Context) -> Result<(), OAuthError> {
    let allowed = app.registration_limiter.allow(&network(context.address())).await;
    if allowed.unwrap_or_else(|error| failed(&error)) {
        return Ok(());
    }
    let text = "too many clients were registered from here; try again later";
    Err(OAuthError::new(ErrorCode::TooManyRequests, text).retry_after(60))
}

/// Whether one more document may be fetched from `host`, and for this person.
///
/// # Errors
/// `too_many_requests`.
pub async fn allows_document(app: &App, host: &str, user_id: &str) -> Result<(), OAuthError> {
    let (of_host, of_person) = (format!("document {host}"), format!("document-for {user_id}"));
    let limiter = &app.registration_limiter;
    let (of_host, of_person) = join!(limiter.allow(&of_host), limiter.allow(&of_person));
    let allowed = |answer: Stored<bool>| answer.unwrap_or_else(|error| failed(&error));
    if allowed(of_host) && allowed(of_person) {
        return Ok(());
    }
    let text = "too many apps were looked up; try again in a minute";
    Err(OAuthError::new(ErrorCode::TooManyRequests, text).retry_after(60))
}

/// Notes a refusal that anybody can bring about, as often as they like and without a right to anything. What decides
/// something is kept in the audit log for good, so past the rate limit it is a line in the log only.
pub async fn note_refusal(app: &App, context: &Context, refused: Happening) {
    if allows(app, format!("{} {}", refused.kind().as_str(), network(context.address()))).await {
        return context.record(refused);
    }
    log_line(Level::Warn, "refusal_not_kept", context.without_record(&refused));
}

async fn allows(app: &App, key: String) -> bool {
    app.limiter.allow(&key).await.unwrap_or_else(|error| failed(&error))
}

fn failed(error: &StorageError) -> bool {
    log_failure("limiter_failed", error);
    true
}
