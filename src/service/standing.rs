//! Whether user and client still stand behind a grant.

use std::sync::Arc;

use crate::app::{App, Context};
use crate::model::client::Client;
use crate::model::status::GrantStatus;
use crate::model::user::user_client_id;
use crate::protocol::error::OAuthError;
use crate::store::{clients, grants};

/// Who stands behind a grant, and whether they still do; `None`: nobody.
///
/// What was read within the last 30 s may confirm: a program that uses its token asks the database once in a while, not
/// every time. Before anything is refused, it is read.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn of_grant(app: &App, context: &Context, grant_id: &str) -> Result<Option<Arc<GrantStatus>>, OAuthError> {
    if let Some(status) = app.standings.get(grant_id, context.now()).filter(|status| status.is_live()) {
        return Ok(Some(status));
    }
    let status = grants::status(&*app.database, grant_id).await?.map(Arc::new);
    if let Some(status) = &status {
        app.standings.put(grant_id, Arc::clone(status), context.now());
    }
    Ok(status)
}

/// The clients that act for a user, also as of within the last 30 s: their user client, since the schema lets a user own
/// no more than one.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn clients_of(app: &App, context: &Context, user_id: &str) -> Result<Vec<Arc<Client>>, OAuthError> {
    if let Some(client) = app.clients.get(&user_client_id(user_id), context.now()) {
        return Ok(vec![client]);
    }
    let clients: Vec<_> = clients::list_by_owner(&*app.database, user_id).await?.into_iter().map(Arc::new).collect();
    for client in &clients {
        app.clients.put(&client.id, Arc::clone(client), context.now());
    }
    Ok(clients)
}
