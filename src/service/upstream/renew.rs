//! A connection's token made anew, in the one place where that is done: its object, or the twin of that.
//!
//! Before the refresh token is sent, the connection's row says so (`refreshing_since`), and that claim goes when what was answered is
//! written, or the provider said that it did nothing. So it outlives a server that is stopped in between. A claim whose answer nobody
//! wrote means that the provider may have rotated, and is not asked again with that refresh token, unless it tolerates that:
//! the token is used to its end, then the person must connect anew. What was answered is written before anybody gets it.

use std::time::Duration;

use log::Level;
use serde_json::json;

use super::connections::{give_back, opened, sealed};
use super::keep::{EARLY, USELESS};
use super::tokens::{self, Given, Ungiven};
use super::{discovery, fault, server_wide};
use crate::app::{App, Context, Happening, Whence, in_request, log_line};
use crate::model::audit::EventKind;
use crate::model::connection::{
    Connection, ConnectionStatus, LONGEST_RENEWAL, UpstreamTokens, lives, was_just_refused,
};
use crate::model::provider::Provider;
use crate::model::renewal::{Renewed, Wanted};
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::service::errors::log_failure;
use crate::service::{audit, providers};
use crate::store::connections;

/// Renews what is wanted, if that is still needed; answers as [`Renewed::written`]. What happened is logged and sent on: nobody else
/// does here.
pub async fn obey(app: &App, wanted: &Wanted) -> String {
    let context = Context::new(app, app.random_text::<12>(), Whence::default());
    in_request(Some(context.request_id().into()), obeyed(app, &context, wanted)).await
}

async fn obeyed(app: &App, context: &Context, wanted: &Wanted) -> String {
    let answer = renewed(app, context, wanted).await.unwrap_or_else(|error| {
        let (detail, source) = (error.detail.clone(), error.source.as_ref().map(ToString::to_string));
        let problem = error.to_string();
        log_line(Level::Warn, "not_renewed", json!({ "problem": problem, "detail": detail, "source": source }));
        Renewed::NotNow(error)
    });
    audit::hand_on(app, context);
    answer.written()
}

async fn renewed(app: &App, context: &Context, wanted: &Wanted) -> Result<Renewed, OAuthError> {
    if let Some(provider_id) = wanted.server_provider() {
        return server_wide::renewed(app, context, provider_id, wanted).await;
    }
    let found = connections::read(&app.database.run(connections::select(&wanted.connection)).await?)?;
    let Some(connection) = found.filter(|found| found.status == ConnectionStatus::Active) else {
        return Ok(Renewed::Lost);
    };
    let tokens = opened(app, &connection).await?;
    if is_good(wanted, &tokens.access, (connection.expires_at, connection.refused_at), context) {
        return Ok(Renewed::Token(tokens.access));
    }
    let is_refused = wanted.refused && wanted.has(&tokens.access);
    let lives = !is_refused && lives(connection.expires_at, context.now(), USELESS);
    let provider = providers::usable(app, &connection.provider_id).await?;
    let refused_at = wanted.refused_at(context.now(), connection.refused_at);
    let renewal = Renewal { app, context, provider, connection, lives, refused_at };
    match tokens.refresh {
        Some(refresh) => renewal.refreshed(&refresh).await,
        None => renewal.or_lost("has no refresh token").await,
    }
}

/// Whether what is stored answers the wish. One that somebody else renewed meanwhile does while it lives, however short that is.
pub(super) fn is_good(
    wanted: &Wanted,
    token: &str,
    (expires_at, refused_at): (Option<Timestamp>, Option<Timestamp>),
    context: &Context,
) -> bool {
    let lives = |time: Duration| lives(expires_at, context.now(), time);
    match (wanted.at_hand.is_some(), wanted.has(token)) {
        (true, false) => lives(USELESS),
        (_, true) if wanted.refused => was_just_refused(refused_at, context.now()),
        _ => lives(EARLY),
    }
}

/// A connection whose token must be renewed.
struct Renewal<'a> {
    app: &'a App,
    context: &'a Context,
    provider: Provider,
    connection: Connection,
    /// Whether the token that is there is of use meanwhile.
    lives: bool,
    /// When its token was last renewed because a tool's server refused it, once it is renewed now.
    refused_at: Option<Timestamp>,
}

impl Renewal<'_> {
    async fn refreshed(&self, refresh: &str) -> Result<Renewed, OAuthError> {
        let Self { app, context, provider, connection, .. } = self;
        if let Some(since) = connection.refreshing_since {
            let rest = LONGEST_RENEWAL.saturating_sub(context.now().since(since));
            if !rest.is_zero() {
                let problem = "a token was being refreshed when this server stopped; try again in a moment";
                return Err(OAuthError::temporarily_unavailable(problem)
                    .retry_after(u64::from(rest.subsec_nanos() > 0) + rest.as_secs()));
            }
            if !provider.tolerates_reuse() {
                return self.or_lost("left a refresh unanswered").await;
            }
        }
        let endpoints = discovery::endpoints(app, context, provider).await?;
        let claim = connections::claim(connection, context.now().floor_to_second());
        if app.database.run(claim).await?.changes != 1 {
            let problem = "the account was connected or disconnected just now; try again";
            return Err(OAuthError::temporarily_unavailable(problem).retry_after(1));
        }
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
        match tokens::ask(app, provider, &endpoints, &form).await {
            Ok(given) => self.kept(given, refresh).await,
            Err(ungiven) => self.without(ungiven).await,
        }
    }

    /// The provider gave nothing.
    async fn without(&self, ungiven: Ungiven) -> Result<Renewed, OAuthError> {
        match ungiven {
            Ungiven::Refused(code) if matches!(code.as_str(), "invalid_grant" | "bad_refresh_token") => {
                self.lost(&code).await
            }
            ungiven if ungiven.is_unknown() => {
                let (id, error) = (&self.provider.id, tokens::no_tokens(&self.provider, ungiven));
                let problem = error.detail.as_ref().unwrap_or(&error.description);
                log_line(Level::Warn, "refresh_unanswered", json!({ "provider": id, "problem": problem }));
                if self.provider.tolerates_reuse() {
                    Err(error)
                } else {
                    self.or_lost("left a refresh unanswered").await
                }
            }
            // It did nothing, so the next one may ask.
            ungiven => {
                self.app.database.run(connections::unclaim(&self.connection)).await?;
                Err(tokens::no_tokens(&self.provider, ungiven))
            }
        }
    }

    /// There will be no other token; once there is none, the connection is of no use any more.
    async fn or_lost(&self, why: &str) -> Result<Renewed, OAuthError> {
        if self.lives { Err(fault(&self.provider, why)) } else { self.lost(why).await }
    }

    async fn lost(&self, why: &str) -> Result<Renewed, OAuthError> {
        let Connection { provider_id, agent_id, user_id, .. } = &self.connection;
        if self.app.database.run(connections::lose(&self.connection)).await?.changes == 1 {
            let lost = Happening::refused(EventKind::ConnectionLost, format!("{provider_id}: {why}"));
            self.context.record(lost.at(provider_id, agent_id).to(user_id));
        }
        Ok(Renewed::Lost)
    }

    /// Written before anybody gets it. A provider that sends no new refresh token goes on with the old one (RFC 6749 section 6).
    async fn kept(&self, given: Given, refresh: &str) -> Result<Renewed, OAuthError> {
        let Self { app, context, provider, connection, .. } = self;
        let now = context.now().floor_to_second();
        let scopes = tokens::granted(provider, &given, &connection.scopes.to_string());
        let expires_at = given.expires_at(now);
        let tokens = UpstreamTokens {
            access: given.access_token,
            refresh: given.refresh_token.or_else(|| Some(refresh.to_owned())),
        };
        let place = (connection.user_id.as_str(), connection.agent_id.as_str(), connection.provider_id.as_str());
        let renewed = Connection {
            tokens: sealed(app, place, &tokens).await?,
            expires_at,
            scopes,
            refused_at: self.refused_at,
            updated_at: now,
            ..connection.clone()
        };
        match self.written(&renewed).await? {
            Some(there) if there.tokens == renewed.tokens => {
                let done = Happening::done(EventKind::ConnectionRefreshed).to(&connection.user_id);
                context.record(done.at(&provider.id, &connection.agent_id).because(provider.id.clone()));
                Ok(Renewed::Token(tokens.access))
            }
            // The person has connected the account anew meanwhile.
            Some(there) => Ok(Renewed::Token(opened(app, &there).await?.access)),
            // Or disconnected it.
            None => {
                give_back(app, context, &renewed).await;
                Ok(Renewed::Lost)
            }
        }
    }

    /// What stands there once it is written, if anything does. It exists nowhere else, so what fails is tried once more.
    async fn written(&self, renewed: &Connection) -> Result<Option<Connection>, OAuthError> {
        let write = || self.app.database.run(connections::renew(&self.connection, renewed));
        let outcome = match write().await {
            Err(error) => {
                log_failure("tokens_written_again", &error);
                write().await?
            }
            Ok(outcome) => outcome,
        };
        if outcome.changes == 1 {
            return Ok(Some(renewed.clone()));
        }
        // Nothing was changed by the second try, too, if only the answer to the first was lost.
        Ok(connections::read(&self.app.database.run(connections::select(&renewed.id)).await?)?)
    }
}
