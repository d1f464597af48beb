//! Removing a client, with all that it was allowed.

use super::{find, nowhere};
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::protocol::error::OAuthError;
use crate::store::clients::{self, Dependents};

/// What goes with a client.
///
/// # Errors
/// `not_found`.
pub async fn dependents(app: &App, id: &str) -> Result<Dependents, OAuthError> {
    app.database.run(clients::select_dependents(id)).await?.first()?.ok_or_else(nowhere)
}

/// Removes a client, with every grant and consent of it. A grant without its row is dead wherever it is read; what isolates
/// read a moment ago they believe for 30 s.
///
/// # Errors
/// `not_found`; `conflict` for a user client, which goes with its user.
pub async fn remove(app: &App, context: &Context, actor: &str, id: &str) -> Result<(), OAuthError> {
    if find(app, id).await?.owner.is_some() {
        return Err(OAuthError::conflict("a user client goes with its user; it can be disabled"));
    }
    if app.database.run(clients::delete(id)).await?.changes == 0 {
        return Err(nowhere());
    }
    app.clients.forget(id);
    app.forget_standings();
    context.record(Happening::done(EventKind::ClientRemoved).by(actor).client(id));
    Ok(())
}
