//! The token of a connection, as a tool needs it: valid now. Whether it must be renewed is looked at here, and done by the keeper
//! ([`renew`](super::renew)), so that a token that is good for a while costs no hop more than its row.

use std::time::Duration;

use log::Level;
use serde_json::json;

use super::connections::opened;
use super::{link, server_wide};
use crate::app::{App, Context, log_line};
use crate::model::connection::{Connection, ConnectionStatus, lives};
use crate::model::provider::Provider;
use crate::model::renewal::{Renewed, Wanted};
use crate::model::tool::Elsewhere;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::ScopeSet;
use crate::service::errors::log_failure;
use crate::service::providers;
use crate::store::{connections, server_connections};

/// So long before its end a token is renewed.
pub(super) const EARLY: Duration = Duration::from_mins(5);
/// A token that ends so soon is of no use to a server that is yet to be asked.
pub(super) const USELESS: Duration = Duration::from_secs(10);
/// That it is used is noted so often at most.
const NOTED: Duration = Duration::from_mins(1);

/// What a tool gets.
pub enum Kept {
    /// A token that is valid now.
    Token(Held),
    /// The person must connect their account first: the address of our page for that.
    Pending(String),
}

/// A token that is valid now.
pub struct Held {
    /// The token.
    pub token: String,
    /// What it is renewed by.
    wanted: Wanted,
    /// The person's connection whose use is to be noted.
    to_note: Option<String>,
    /// What the person is asked for when it can't be renewed.
    scopes: ScopeSet,
}

/// A token that may do what is wanted elsewhere: of the user's own account, or of this server for everybody. One hop, unless it must
/// be renewed.
///
/// # Errors
/// `not_found` for a provider that is not in use; `bad_gateway` or `temporarily_unavailable` when there is none at the moment.
pub async fn token(app: &App, context: &Context, user_id: &str, elsewhere: &Elsewhere) -> Result<Kept, OAuthError> {
    let id = elsewhere.provider.as_str();
    let asked = [providers::question(id), connections::select_at(user_id, "", id), server_connections::select(id)];
    let answered = app.database.batch(asked.into()).await?;
    let [provider, own, of_server] = answered.as_slice() else {
        return Err(OAuthError::server_error("three questions have another number of answers"));
    };
    let provider = providers::usable_in(app, id, provider)?;
    if provider.is_server_wide() {
        let token = server_wide::token(app, context, &provider, server_connections::read(of_server)?).await?;
        let held = Held { token, wanted: Wanted::of_server(id), to_note: None, scopes: ScopeSet::default() };
        return Ok(Kept::Token(held));
    }
    of_person(app, context, user_id, (&provider, connections::read(own)?), &elsewhere.scopes).await
}

async fn of_person(
    app: &App,
    context: &Context,
    user_id: &str,
    (provider, found): (&Provider, Option<Connection>),
    wanted: &ScopeSet,
) -> Result<Kept, OAuthError> {
    let granted = found.as_ref().map(|connection| connection.scopes.clone()).unwrap_or_default();
    // What was granted before is asked for again: else the new tokens could do less than the old ones.
    let scopes = wanted.union(&granted.intersection(&provider.scopes()));
    let usable = |connection: &Connection| {
        connection.status == ConnectionStatus::Active && wanted.first_not_in(&connection.scopes).is_none()
    };
    if let Some(connection) = found.filter(usable)
        && let Some(token) = valid(app, context, provider, &connection).await?
    {
        let is_noted = connection.last_used_at.is_some_and(|at| context.now().since(at) < NOTED);
        let wanted = Wanted::of(&connection.id);
        return Ok(Kept::Token(Held { token, wanted, to_note: (!is_noted).then_some(connection.id), scopes }));
    }
    Ok(Kept::Pending(link::ticket(app, context, user_id, &provider.id, &scopes).await?))
}

/// The token of this connection, refreshed if need be; `None`: the person must connect again.
///
/// # Errors
/// As [`token`].
pub async fn of_connection(
    app: &App,
    context: &Context,
    provider: &Provider,
    connection: &Connection,
) -> Result<Option<String>, OAuthError> {
    if connection.status == ConnectionStatus::Active {
        return valid(app, context, provider, connection).await;
    }
    Ok(None)
}

/// Its token, renewed if need be; `None`: the person must connect again. One that still lives is good enough while there is no
/// other.
async fn valid(
    app: &App,
    context: &Context,
    provider: &Provider,
    connection: &Connection,
) -> Result<Option<String>, OAuthError> {
    let now = context.now();
    let tokens = opened(app, connection).await?;
    let is_last = tokens.refresh.is_none() || (connection.has_lost_answer(now) && !provider.tolerates_reuse());
    let lives = |time: Duration| lives(connection.expires_at, now, time);
    if lives(EARLY) || (is_last && lives(USELESS)) {
        return Ok(Some(tokens.access));
    }
    match renewed(app, Wanted::of(&connection.id).after(&tokens.access)).await {
        Err(_) if lives(USELESS) => Ok(Some(tokens.access)),
        answer => answer,
    }
}

/// What the keeper says; `None`: the connection is lost.
pub(super) async fn renewed(app: &App, wanted: Wanted) -> Result<Option<String>, OAuthError> {
    match app.keeper.renew(wanted).await? {
        Renewed::Token(token) => Ok(Some(token)),
        Renewed::Lost => Ok(None),
        Renewed::NotNow(error) => Err(error),
    }
}

impl Held {
    /// Notes that it is used. That this cannot be written down is no reason to turn the caller away.
    pub async fn note_use(&self, app: &App, context: &Context) {
        let Some(id) = &self.to_note else { return };
        if let Err(error) = app.database.run(connections::note_use(id, context.now())).await {
            log_failure("connection_use_not_noted", &error);
        }
    }

    /// What there is in its place, since a tool's server refused it (RFC 6750 section 3.1); `None`: nothing at the moment, so
    /// the refusal stands.
    ///
    /// # Errors
    /// `temporarily_unavailable`.
    pub async fn other(
        self,
        app: &App,
        context: &Context,
        user_id: &str,
        provider_id: &str,
    ) -> Result<Option<Kept>, OAuthError> {
        match renewed(app, self.wanted.clone().other_than(&self.token)).await {
            Ok(Some(token)) if token != self.token => Ok(Some(Kept::Token(Self { token, ..self }))),
            Ok(Some(_)) => Ok(None),
            Ok(None) => Ok(Some(Kept::Pending(link::ticket(app, context, user_id, provider_id, &self.scopes).await?))),
            Err(error) => {
                let problem = error.to_string();
                let members = json!({ "provider": provider_id, "problem": problem });
                log_line(Level::Warn, "token_not_renewed", members);
                Ok(None)
            }
        }
    }
}
