//! What follows when a grant's object has ended it: the list is told, and so is the audit log. That the list cannot be
//! told changes nothing for the caller, for the object decides.

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::client::Client;
use crate::service::errors::log_failure;
use crate::store::grants;

/// A code or refresh token came a second time, and thief and client could not be told apart (RFC 9700 4.14.2).
pub async fn by_replay(app: &App, context: &Context, client: &Client, grant_id: &str, why: &str) {
    context.record(Happening::refused(EventKind::Replay, why).client(client.id.clone()).grant(grant_id));
    mark(app, context, client, grant_id, "replay").await;
}

/// Its client took it back (RFC 7009).
pub async fn by_its_client(app: &App, context: &Context, client: &Client, grant_id: &str) {
    mark(app, context, client, grant_id, "revoked by its client").await;
}

async fn mark(app: &App, context: &Context, client: &Client, grant_id: &str, why: &str) {
    let ended = Happening::done(EventKind::GrantEnded).client(client.id.clone()).grant(grant_id);
    context.record(ended.because(why));
    if let Err(error) = app.database.run(grants::mark_ended(grant_id, context.now())).await {
        log_failure("grant_not_marked", &error);
    }
}
