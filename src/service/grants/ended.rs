//! What follows when a grant's object has ended it: the list is told, and so is the audit log. That the list cannot be
//! told changes nothing for the caller, for the object decides.

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::client::Client;
use crate::service::errors::log_failure;
use crate::store::grants;

/// A code or refresh token came a second time, and thief and client could not be told apart (RFC 9700 4.14.2).
pub async fn by_replay(app: &App, context: &Context, client: &Client, grant_id: &str, why: &str) {
    let replay = Happening::refused(EventKind::Replay, why);
    let ended = Happening::done(EventKind::GrantEnded).because("replay");
    note(app, context, client, grant_id, [replay, ended]).await;
}

/// Its client took it back (RFC 7009).
pub async fn by_its_client(app: &App, context: &Context, client: &Client, grant_id: &str) {
    let revoked = Happening::done(EventKind::TokenRevoked).by(&client.id);
    let ended = Happening::done(EventKind::GrantEnded).by(&client.id).because("revoked by its client");
    note(app, context, client, grant_id, [revoked, ended]).await;
}

async fn note(app: &App, context: &Context, client: &Client, grant_id: &str, happened: [Happening; 2]) {
    let marked = app.database.run(grants::mark_ended(grant_id, context.now())).await;
    let row = marked.and_then(|marked| grants::read_ended(&marked)).unwrap_or_else(|error| {
        log_failure("grant_not_marked", &error);
        Vec::new()
    });
    for happening in happened {
        let happening = happening.client(&client.id).grant(grant_id);
        context.record(row.iter().fold(happening, |happening, ended| happening.to(&ended.user_id)));
    }
}
