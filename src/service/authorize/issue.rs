//! The person's answer, written down before it leaves: a yes with the code it opens, a no as a grant that has ended.
//! The first answer stands.

use std::sync::Arc;

use futures_util::join;

use super::Visit;
use super::load::Known;
use super::step::Asked;
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::code::{CodeRecord, StoredCode};
use crate::model::interaction::Authorization;
use crate::model::status::{GrantStatus, Standing};
use crate::ports::Statement;
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::{OFFLINE_ACCESS, OPENID, ScopeSet};
use crate::service::errors::log_failure;
use crate::service::sessions::SessionCookie;
use crate::service::{consent, sessions};
use crate::store::sessions::SignedIn;
use crate::store::{consents, grants, session_clients};

/// The same answer given twice within this many seconds is a double click, and gets the same redirect.
const DOUBLE_CLICK: i64 = 5;

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// It stands; this, or the same a moment ago, was the first.
    Stands,
    /// Another answer, or this one longer ago, was the first.
    AnsweredBefore,
    /// The session is over, though a replica did not know it yet: nothing was written.
    SessionOver,
}

/// Writes a yes: the grant's row and, beside it, the code in KV. A failing KV loses nothing: the row knows the code, too.
///
/// # Errors
/// `temporarily_unavailable` when the database fails: nothing was issued then.
pub(super) async fn yes(
    visit: Visit<'_>,
    known: &Known,
    person: &SignedIn,
    asked: &Asked,
) -> Result<Written, OAuthError> {
    let (app, authorization) = (visit.app, &asked.authorization);
    let record = record(app, visit.context, person, authorization);
    let hash = sha256_base64url(&authorization.code);
    let cookie = cookie_hash(visit);
    let mut statements = vec![grants::insert(&authorization.grant_id, &hash, &record, cookie, visit.context.now())];
    statements.extend(remember(visit, known, person, authorization));

    let (kept, written) = join!(app.codes.put(&hash, &record), app.database.batch(statements));
    let inserted = written?.first().is_some_and(|outcome| outcome.changes == 1);
    if let Err(error) = kept {
        log_failure("kv_failed", &error);
    }
    if inserted {
        let stored = stored(visit.context, known, person, &hash, &record);
        visit.app.issued.put(&authorization.grant_id, Arc::new(stored), visit.context.now());
    }
    let written = if inserted { Written::Stands } else { earlier(visit, authorization, &record, false).await? };
    if written == Written::Stands {
        let issued = Happening::done(EventKind::CodeIssued).by(record.user_id.clone()).client(record.client_id);
        visit.context.record(issued.to(record.user_id).grant(authorization.grant_id.clone()));
    }
    Ok(written)
}

/// Writes a no: the grant's row, ended from the beginning and its code over, so that going back cannot make it a yes.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub(super) async fn no(visit: Visit<'_>, person: &SignedIn, asked: &Asked) -> Result<Written, OAuthError> {
    let (authorization, now) = (&asked.authorization, visit.context.now());
    let record = CodeRecord { expires_at: now, ..record(visit.app, visit.context, person, authorization) };
    let hash = sha256_base64url(&authorization.code);
    let denied = grants::insert_denied(&authorization.grant_id, &hash, &record, cookie_hash(visit), now);
    if visit.app.database.run(denied).await?.changes == 1 {
        return Ok(Written::Stands);
    }
    earlier(visit, authorization, &record, true).await
}

fn cookie_hash(visit: Visit<'_>) -> &str {
    visit.visitor.session.as_ref().map_or("", SessionCookie::hash)
}

fn record(app: &App, context: &Context, person: &SignedIn, authorization: &Authorization) -> CodeRecord {
    CodeRecord {
        client_id: authorization.client_id.clone(),
        user_id: person.session.user_id.clone(),
        redirect_uri: authorization.redirect_uri.clone(),
        redirect_uri_sent: authorization.redirect_uri_sent,
        scope: authorization.scope.clone(),
        resources: authorization.resources.clone(),
        code_challenge: authorization.code_challenge.clone(),
        auth_time: person.session.auth_time,
        at_a_provider: person.session.provider_id.is_some(),
        sid: person.session.sid.clone(),
        session_ends_at: ends_with_session(&authorization.scope)
            .then(|| person.session.created_at + app.config.session.absolute),
        nonce: authorization.authentication.nonce.clone(),
        claims: authorization.authentication.claims.clone(),
        expires_at: context.now().floor_to_second() + app.config.code_ttl,
    }
}

/// OpenID Connect Core 11: who only wants to know that the person is here has nothing once they have left.
fn ends_with_session(scope: &ScopeSet) -> bool {
    scope.contains(OPENID) && !scope.contains(OFFLINE_ACCESS)
}

/// The row just inserted. It stood in the same statement that user and session did.
fn stored(context: &Context, known: &Known, person: &SignedIn, hash: &str, record: &CodeRecord) -> StoredCode {
    let client = Standing { disabled: known.client.is_disabled(), valid_from: known.client.valid_from };
    StoredCode {
        code_hash: hash.to_owned(),
        record: record.clone(),
        expires_at: record.expires_at,
        status: GrantStatus {
            created_at: context.now().floor_to_second().max(person.session.created_at),
            user: person.standing,
            username: person.username.clone(),
            client,
            ended: false,
        },
    }
}

/// What else is written in the same hop: the consent, that the session was used, and that the client is told of it.
fn remember(visit: Visit<'_>, known: &Known, person: &SignedIn, authorization: &Authorization) -> Vec<Statement> {
    let mut statements = Vec::new();
    let covered = !consent::is_needed(&known.client, authorization, &known.consents);
    if !covered && consent::will_be_remembered(&known.client, authorization) {
        let yes = consent::after_yes(authorization, &known.consents);
        let grant_id = &authorization.grant_id;
        let upsert = consents::upsert(grant_id, &person.session.user_id, &known.client.id, &yes, visit.context.now());
        statements.push(upsert);
    }
    if authorization.scope.contains(OPENID) {
        statements.push(session_clients::insert(&person.session.sid, &known.client.id, &authorization.grant_id));
    }
    let cookie = visit.visitor.session.as_ref();
    statements.extend(cookie.and_then(|cookie| sessions::touch_statement(visit.context, cookie, &person.session)));
    statements
}

/// A row was there already, or the session was not. The same answer of the same person a moment ago counts as this one.
async fn earlier(
    visit: Visit<'_>,
    authorization: &Authorization,
    record: &CodeRecord,
    denied: bool,
) -> Result<Written, OAuthError> {
    let Some(stored) = grants::code(&*visit.app.database, &authorization.grant_id).await? else {
        return Ok(Written::SessionOver);
    };
    let age = visit.context.now().seconds().saturating_sub(stored.status.created_at.seconds());
    let same = stored.status.ended == denied
        && stored.record.user_id == record.user_id
        && stored.record.sid == record.sid
        && stored.record.scope == record.scope;
    Ok(if same && age <= DOUBLE_CLICK { Written::Stands } else { Written::AnsweredBefore })
}
