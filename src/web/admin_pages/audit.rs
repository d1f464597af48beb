//! `GET /admin/audit`

use axum::http::StatusCode;
use axum::response::Response;

use super::AdminPage;
use super::frame::{around, show};
use crate::model::audit::{AuditRow, EventKind};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::protocol::time::Timestamp;
use crate::service::audit;
use crate::service::listing::{Page, PageRequest};
use crate::web::admin::audit::filter;
use crate::web::error_page::sentence;
use crate::web::pages::{AuditPage, Field, Moment};
use crate::web::render::brand;

/// So many events are on a page.
const ROWS: i64 = 50;
/// What events are looked for by: name, label, and what to write.
type Filter<'a> = (&'a str, &'a str, Option<&'a str>);
const FILTERS: [Filter<'_>; 6] = [
    ("actor", "Who did it", Some("The id of a user or a client, or admin: whoever has the admin token.")),
    ("subject", "To whom", Some("Usually the id of a user.")),
    ("client_id", "Client", None),
    ("address", "Network address", None),
    ("from", "From", Some("In UTC, as 2026-11-21 08:00.")),
    ("to", "Until", Some("In UTC, as 2026-11-21 08:00. What happened then is left out.")),
];

/// What was done, newest first.
pub async fn get(page: AdminPage) -> Result<Response, OAuthError> {
    let query: Parameters = page.query.iter().map(|(name, value)| (name.to_owned(), with_zone(name, value))).collect();
    match find(&page, &query).await {
        Ok(found) => shown(&page, &found, None),
        Err(error) if error.code == ErrorCode::InvalidRequest => {
            shown(&page, &Page { rows: Vec::new(), next: None }, Some(&error))
        }
        Err(error) => Err(error),
    }
}

async fn find(page: &AdminPage, query: &Parameters) -> Result<Page<AuditRow>, OAuthError> {
    let after = query.optional("after")?.unwrap_or_default().to_owned();
    audit::list(&page.app, &filter(query)?, &PageRequest { after, limit: ROWS }).await
}

/// People write a day, or a moment to the minute or the second, and no zone: it is taken for UTC.
fn with_zone(name: &str, value: &str) -> String {
    let text = value.trim().replace(' ', "T");
    let is_moment = |text: &String| Timestamp::parse_rfc3339(text).is_some();
    let zoned = || ["Z", ":00Z", "T00:00:00Z"].map(|rest| format!("{text}{rest}")).into_iter().find(is_moment);
    matches!(name, "from" | "to").then(zoned).flatten().unwrap_or_else(|| value.to_owned())
}

fn shown(page: &AdminPage, found: &Page<AuditRow>, refused: Option<&OAuthError>) -> Result<Response, OAuthError> {
    let problem = refused.map(|error| sentence(&error.description));
    let at_fault = refused.and_then(|error| error.field.as_deref()).unwrap_or_default();
    let of_field = |name: &str| problem.as_deref().filter(|_| name == at_fault);
    let event = page.query.first("event").unwrap_or_default();
    let kinds: Vec<_> = EventKind::ALL.iter().filter(|kind| kind.decides()).map(|kind| kind.as_str()).collect();
    let rows: Vec<_> = found.rows.iter().map(|row| (Moment::new(row.at, page.context.now()), row.clone())).collect();
    let older = found.next.as_ref().map(|next| older(&page.query, next));
    let shown = AuditPage {
        brand: &brand(&page.app),
        around: around(page, "/admin/audit"),
        fields: &FILTERS.map(|filter| field(&page.query, filter, of_field(filter.0))),
        kinds: &kinds.into_iter().map(|kind| (kind, kind == event)).collect::<Vec<_>>(),
        outcome: page.query.first("outcome").unwrap_or_default(),
        filtered: page.query.iter().any(|(_, value)| !value.is_empty()),
        rows: &rows,
        older: older.as_deref(),
        problem: problem.as_deref().filter(|_| !FILTERS.iter().any(|filter| filter.0 == at_fault)),
    };
    show(page, if refused.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK }, shown.render())
}

fn field<'a>(query: &'a Parameters, (name, label, hint): Filter<'a>, problem: Option<&'a str>) -> Field<'a> {
    let value = query.first(name).unwrap_or_default();
    Field { name, label, kind: "text", value, autocomplete: "off", longest: 500, required: false, problem, hint }
}

/// The same, further back.
fn older(query: &Parameters, next: &str) -> String {
    let same = query.iter().filter(|(name, value)| *name != "after" && !value.is_empty());
    let all: Parameters =
        same.chain([("after", next)]).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    format!("/admin/audit?{}", all.encode())
}
