//! `/admin/api/audit`

use axum::Json;
use serde_json::{Value, json};

use super::endpoints::listed;
use super::{Administered, one_of, page_request, parameter};
use crate::model::audit::{AuditFilter, AuditRow, EventKind, Outcome};
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::protocol::time::Timestamp;
use crate::service::audit;
use crate::web::extract::Query;

fn shown(row: &AuditRow) -> Value {
    json!({
        "id": row.id,
        "at": row.at.rfc3339_millis(),
        "event": row.kind,
        "outcome": row.outcome,
        "actor": row.actor,
        "subject": row.subject,
        "client_id": row.client_id,
        "grant_id": row.grant_id,
        "address": row.address,
        "request_id": row.request_id,
        "reason": row.reason,
    })
}

/// `GET /admin/api/audit?actor=&subject=&client_id=&event=&outcome=&address=&from=&to=&after=&limit=`: events newest first; `from` is
/// the first moment, `to` the first after the last.
pub async fn list(Administered { app, .. }: Administered, Query(query): Query) -> Result<Json<Value>, OAuthError> {
    Ok(listed("events", audit::list(&app, &filter(&query)?, &page_request(&query)?).await?.map(shown)))
}

/// Which events the query is about.
///
/// # Errors
/// `invalid_request`, which names the parameter at fault.
pub(in crate::web) fn filter(query: &Parameters) -> Result<AuditFilter, OAuthError> {
    let text = |name| parameter(query, name).map(|text| text.map(str::to_owned));
    Ok(AuditFilter {
        actor: text("actor")?,
        subject: text("subject")?,
        client_id: text("client_id")?,
        kind: one_of(query, "event", EventKind::parse)?,
        outcome: one_of(query, "outcome", Outcome::parse)?,
        address: text("address")?,
        from: moment(query, "from")?,
        to: moment(query, "to")?,
    })
}

fn moment(query: &Parameters, name: &'static str) -> Result<Option<Timestamp>, OAuthError> {
    let Some(text) = parameter(query, name)? else { return Ok(None) };
    let refused = || {
        let text = format!("{name} is a moment of RFC 3339, as 2026-11-21T08:00:00Z");
        OAuthError::invalid_request(text).field(name)
    };
    Timestamp::parse_rfc3339(text).ok_or_else(refused).map(Some)
}
