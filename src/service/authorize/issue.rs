//! The code: written down before it leaves (docs/architecture.md).

use futures_util::join;

use super::load::Known;
use super::{Destination, Step, Visit};
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::code::CodeRecord;
use crate::model::interaction::Authorization;
use crate::ports::Statement;
use crate::protocol::authorize::AuthorizationResponse;
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;
use crate::service::{consent, sessions};
use crate::store::sessions::SignedIn;
use crate::store::{consents, grants};

/// An answer given twice within this many seconds is a double click, and gets the same redirect.
const DOUBLE_CLICK: i64 = 5;

/// Writes the grant's row and, beside it, the code in KV; then sends the code to the client. A failing KV loses
/// nothing: the row knows the code, too.
///
/// # Errors
/// `temporarily_unavailable` when the database fails: nothing was issued then.
pub async fn issue(
    visit: Visit<'_>,
    known: &Known,
    person: &SignedIn,
    request: (&Authorization, &Destination),
) -> Result<Step, OAuthError> {
    let Visit { app, context, .. } = visit;
    let (authorization, destination) = request;
    let record = record(app, context, person, authorization);
    let hash = sha256_base64url(&authorization.code);
    let mut statements = vec![grants::insert(&authorization.grant_id, &hash, &record, context.now())];
    statements.extend(remember(visit, known, person, authorization));

    let (kept, written) = join!(app.codes.put(&hash, &record), app.database.batch(statements));
    let inserted = written?.first().is_some_and(|outcome| outcome.changes == 1);
    if let Err(error) = kept {
        log::warn!("{}", serde_json::json!({ "event": "kv_failed", "problem": error.to_string() }));
    }
    if !inserted && !is_double_click(app, context, &authorization.grant_id, &hash, &record).await? {
        return Ok(Step::AnsweredBefore);
    }
    let issued = Happening::done(EventKind::CodeIssued).by(record.user_id.clone()).client(record.client_id);
    context.record(issued.to(record.user_id).grant(authorization.grant_id.clone()));
    let response = AuthorizationResponse::Code(&authorization.code);
    Ok(Step::Redirect(destination.location(app.config.issuer.as_str(), response)))
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
        sid: person.session.sid.clone(),
        expires_at: context.now().floor_to_second() + app.config.code_ttl,
    }
}

/// What else is written in the same hop: the consent, and that the session was used.
fn remember(visit: Visit<'_>, known: &Known, person: &SignedIn, authorization: &Authorization) -> Vec<Statement> {
    let mut statements = Vec::new();
    let covered = !consent::is_needed(&known.client, authorization, &known.consents);
    if !covered && consent::will_be_remembered(&known.client, authorization) {
        let yes = consent::after_yes(authorization, &known.consents);
        statements.push(consents::upsert(&person.session.user_id, &known.client.id, &yes, visit.context.now()));
    }
    let cookie = visit.visitor.session.as_ref();
    statements.extend(cookie.and_then(|cookie| sessions::touch_statement(visit.context, cookie, &person.session)));
    statements
}

/// The row was there already. The same answer of the same person a moment ago gets the same redirect; anything else
/// gets no code.
async fn is_double_click(
    app: &App,
    context: &Context,
    grant_id: &str,
    hash: &str,
    record: &CodeRecord,
) -> Result<bool, OAuthError> {
    let Some(stored) = grants::code(&*app.database, grant_id).await? else { return Ok(false) };
    let age = context.now().seconds().saturating_sub(stored.status.created_at.seconds());
    let same = stored.code_hash == hash
        && stored.record.user_id == record.user_id
        && stored.record.sid == record.sid
        && stored.record.scope == record.scope;
    Ok(same && age <= DOUBLE_CLICK)
}
