//! Where a person is signed in, and signing out there.

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::protocol::error::OAuthError;
use crate::service::sign_out::{end_objects, tell};
use crate::store::account_sessions::{self, Listed, Others};
use crate::store::{grants, session_clients};

/// So many are shown.
pub const MOST_LISTED: i64 = 100;

/// The sessions of a user that are not over, the one that asks first.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn list(app: &App, context: &Context, user_id: &str, cookie_hash: &str) -> Result<Vec<Listed>, OAuthError> {
    let (now, lifetime) = (context.now(), app.config.session);
    let statement =
        account_sessions::list(user_id, cookie_hash, now - lifetime.idle, now - lifetime.absolute, MOST_LISTED);
    Ok(account_sessions::read(&app.database.run(statement).await?)?)
}

/// Ends other sessions of a user, with the grants that end with them; their clients are told. Answers how many.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn end(app: &App, context: &Context, others: Others<'_>) -> Result<u64, OAuthError> {
    let statements = vec![
        account_sessions::end_grants(others, context.now()),
        account_sessions::select_to_tell(others),
        account_sessions::delete_clients(others),
        account_sessions::delete(others),
    ];
    let mut outcomes = app.database.batch(statements).await?.into_iter();
    let mut next = || outcomes.next().unwrap_or_default();
    let (ended_grants, told, _, ended) = (next(), next(), next(), next().changes);
    if ended == 0 {
        return Ok(0);
    }
    app.forget_standings();
    tell(app, context, others.user_id, session_clients::read_told(&told)?);
    end_objects(app, context, &grants::read_ended(&ended_grants)?, "with their session").await;
    let done = Happening::done(EventKind::SignOut).by(others.user_id).to(others.user_id);
    context.record(done.because(format!("{ended} of the person's other sessions")));
    Ok(ended)
}
