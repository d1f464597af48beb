//! Removing a user, with all that is theirs.

use super::no_such_user;
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::user::user_client_id;
use crate::protocol::error::OAuthError;
use crate::service::sign_out::{end_dead_sessions, tell_of_dead};
use crate::store::users::{self, Dependents};

/// What goes with a user.
///
/// # Errors
/// `not_found`.
pub async fn dependents(app: &App, id: &str) -> Result<Dependents, OAuthError> {
    app.database.run(users::select_dependents(id)).await?.first()?.ok_or_else(no_such_user)
}

/// Removes a user, the user client, and every session, grant and consent of theirs. A grant without its row is dead wherever
/// it is read, so no object must be told; what isolates read a moment ago they believe for 30 s. Clients that were told
/// of a session are told of its end.
///
/// # Errors
/// `not_found`.
pub async fn remove(app: &App, context: &Context, actor: &str, id: &str) -> Result<(), OAuthError> {
    let [told, forget, sessions] = end_dead_sessions(id);
    let statements = vec![users::begin_anew(id, context.now()), told, forget, sessions, users::delete(id)];
    let outcomes = app.database.batch(statements).await?;
    if outcomes.first().is_none_or(|begun| begun.changes == 0) {
        return Err(no_such_user());
    }
    tell_of_dead(app, context, id, &outcomes.into_iter().nth(1).unwrap_or_default())?;
    app.clients.forget(&user_client_id(id));
    app.forget_standings();
    context.record(Happening::done(EventKind::UserRemoved).by(actor).to(id));
    Ok(())
}
