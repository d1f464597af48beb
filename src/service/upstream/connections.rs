//! A person's accounts at providers.

use log::Level;
use serde_json::json;

use super::{discovery, tokens};
use crate::app::{App, Context, Happening, log_line};
use crate::model::audit::EventKind;
use crate::model::connection::{Connection, UpstreamTokens, seal_context};
use crate::protocol::error::OAuthError;
use crate::protocol::json::from_stored;
use crate::service::{agents, providers};
use crate::store::{agent_sessions, connections};

/// All of a user's.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn list(app: &App, user_id: &str) -> Result<Vec<Connection>, OAuthError> {
    Ok(connections::read_all(&app.database.run(connections::select_of_user(user_id)).await?)?)
}

/// One of a user's.
///
/// # Errors
/// `not_found`.
pub async fn find(app: &App, user_id: &str, id: &str) -> Result<Connection, OAuthError> {
    list(app, user_id).await?.into_iter().find(|connection| connection.id == id).ok_or_else(nowhere)
}

/// Removes one of a user's, and gives its tokens back to the provider as well as can be.
///
/// # Errors
/// `not_found`.
pub async fn remove(app: &App, context: &Context, user_id: &str, id: &str) -> Result<(), OAuthError> {
    let writes = vec![agent_sessions::end_of_connection(user_id, id), connections::delete(user_id, id)];
    let outcomes = app.database.batch(writes).await?;
    let removed = outcomes.get(1).map(connections::read).transpose()?.flatten();
    forget(app, context, user_id, &removed.ok_or_else(nowhere)?).await;
    Ok(agents::note_ended(context, outcomes.first())?)
}

/// One of a user's was removed: notes that, and gives its tokens back to the provider as well as can be.
pub(in crate::service) async fn forget(app: &App, context: &Context, user_id: &str, connection: &Connection) {
    let event = Happening::done(EventKind::ConnectionRemoved).by(user_id).to(user_id);
    let event = event.at(&connection.provider_id, &connection.agent_id);
    let agent = &connection.agent_id;
    let agent = if agent.is_empty() { String::new() } else { format!(": of {agent}") };
    context.record(event.because(format!("{}{agent}", connection.provider_id)));
    give_back(app, context, connection).await;
}

/// Gives the tokens of a connection that is no more back to the provider, as well as can be.
pub(super) async fn give_back(app: &App, context: &Context, connection: &Connection) {
    if let Err(error) = try_to_give_back(app, context, connection).await {
        let members = json!({ "provider": connection.provider_id, "problem": error.description });
        log_line(Level::Warn, "tokens_not_given_back", members);
    }
}

/// The refresh token takes the access tokens along (RFC 7009 section 2.1).
async fn try_to_give_back(app: &App, context: &Context, connection: &Connection) -> Result<(), OAuthError> {
    let provider = providers::find(app, &connection.provider_id).await?;
    let Some(endpoint) = discovery::endpoints(app, context, &provider).await?.revocation else { return Ok(()) };
    let UpstreamTokens { access, refresh } = opened(app, connection).await?;
    tokens::revoke(app, &provider, &endpoint, &refresh.unwrap_or(access)).await
}

/// Its tokens.
///
/// # Errors
/// `server_error` when they do not open: their key is gone, or the row was changed by hand.
pub(super) async fn opened(app: &App, connection: &Connection) -> Result<UpstreamTokens, OAuthError> {
    let context = seal_context(&connection.user_id, &connection.agent_id, &connection.provider_id);
    let read = app.opened(&connection.tokens, &context).await?.and_then(|text| from_stored(&text).ok());
    read.ok_or_else(|| OAuthError::server_error("tokens do not open").detail(connection.id.clone()))
}

/// Tokens as they are stored of this user, agent and provider.
pub(super) async fn sealed(
    app: &App,
    (user_id, agent_id, provider_id): (&str, &str, &str),
    tokens: &UpstreamTokens,
) -> Result<String, OAuthError> {
    let unwritable = |error| OAuthError::server_error("tokens cannot be written").source(error);
    let written = serde_json::to_vec(tokens).map_err(unwritable)?;
    Ok(app.sealer.seal(&written, &seal_context(user_id, agent_id, provider_id)).await?)
}

fn nowhere() -> OAuthError {
    OAuthError::not_found("there is no connection of this id")
}
