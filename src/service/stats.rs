//! What lives now, for administrators: counted of what the Queue's consumer knows, so some seconds late.

use std::collections::BTreeMap;

use futures_util::join;
use serde_json::{Value, json};

use super::counting;
use crate::app::{App, Context};
use crate::model::audit::{Event, EventKind, TokenDates};
use crate::ports::Statement;
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::service::scopes;
use crate::store::stats;

/// What is known of a grant by some events; 0: nothing.
#[derive(Default)]
struct Use {
    redeemed_at: i64,
    last_used_at: i64,
    access_generation: u32,
    access_expires_at: i64,
    revoked_generation: u32,
    refresh_expires_at: i64,
}

impl Use {
    fn learn(&mut self, event: &Event, tokens: TokenDates) {
        let (generation, at) = (tokens.generation, event.at.seconds());
        match event.kind {
            EventKind::TokenRevoked => return self.revoked_generation = self.revoked_generation.max(generation),
            EventKind::TokenIssued => self.redeemed_at = at,
            _ => {}
        }
        self.last_used_at = self.last_used_at.max(at);
        self.access_generation = self.access_generation.max(generation);
        self.access_expires_at = self.access_expires_at.max(tokens.access_expires_at.seconds());
        let refresh_expires_at = tokens.refresh_expires_at.map_or(0, Timestamp::seconds);
        self.refresh_expires_at = self.refresh_expires_at.max(refresh_expires_at);
    }
}

/// Notes what events say of grants, by one statement; none: they say nothing. Repeated, or in another order, it is the same.
#[must_use]
pub fn fold<'a>(events: impl Iterator<Item = &'a Event>) -> Option<Statement> {
    let mut uses: BTreeMap<&str, Use> = BTreeMap::new();
    for event in events {
        if let (Some(grant_id), Some(tokens)) = (&event.grant_id, event.tokens) {
            uses.entry(grant_id).or_default().learn(event, tokens);
        }
    }
    let row = |(id, known): (&str, Use)| {
        json!([
            id,
            known.redeemed_at,
            known.last_used_at,
            known.access_generation,
            known.access_expires_at,
            known.revoked_generation,
            known.refresh_expires_at
        ])
    };
    let rows: Vec<Value> = uses.into_iter().map(row).collect();
    (!rows.is_empty()).then(|| stats::note_uses(Value::from(rows).to_string()))
}

/// Counts the tokens without a grant that were issued, by their expiry.
#[must_use]
pub fn count(messages: &[Vec<Event>], batch: &str) -> Option<Statement> {
    counting::tallies(messages, client_tokens).map(|tallies| stats::add_client_tokens(tallies, batch))
}

fn client_tokens(events: &[Event]) -> Vec<Value> {
    let mut issued = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind == EventKind::TokenIssued && event.grant_id.is_none()) {
        if let Some(tokens) = event.tokens {
            *issued.entry(stats::counted_until(tokens.access_expires_at)).or_insert(0) += 1;
        }
    }
    issued.into_iter().map(|(until, count)| json!([until, count])).collect()
}

/// What lives now, and by which settings.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn read(app: &App, context: &Context) -> Result<Value, OAuthError> {
    let now = context.now();
    let (counts, client_tokens, scopes) = join!(
        app.database.run(stats::select(now)),
        app.audit_database.run(stats::select_client_tokens(now)),
        scopes::all(app, context)
    );
    let counts = stats::read(&counts?)?.ok_or_else(|| OAuthError::server_error("nothing was counted"))?;
    let client_tokens = stats::read_client_tokens(&client_tokens?)?.saturating_sub(counts.revoked);
    Ok(json!({
        "oauth_enabled": app.config.enabled,
        "issuer_url": app.config.issuer.as_str(),
        "valid_scopes": scopes?.iter().map(|scope| scope.name.as_str()).collect::<Vec<_>>(),
        "default_scopes": app.config.default_scopes.iter().collect::<Vec<_>>(),
        "clients": counts.clients,
        "authorization_codes": counts.authorization_codes,
        "access_tokens": counts.access_tokens + client_tokens,
        "refresh_tokens": counts.refresh_tokens,
    }))
}
