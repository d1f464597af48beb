//! What is counted, for whoever watches the server.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::counting;
use crate::app::App;
use crate::model::audit::Event;
use crate::model::metric::{FAMILIES, counted};
use crate::ports::Statement;
use crate::protocol::error::OAuthError;
use crate::protocol::prometheus;
use crate::store::metrics;

/// What counts these messages.
#[must_use]
pub fn count(messages: &[Vec<Event>], batch: &str) -> Vec<Statement> {
    let agents: BTreeSet<&str> = messages.iter().flatten().filter_map(|event| event.agent_id.as_deref()).collect();
    let known = agents.into_iter().filter(|id| !id.is_empty()).map(metrics::know_agent);
    let grown = counting::tallies(messages, grown).map(|tallies| metrics::add(tallies, batch));
    known.chain(grown).collect()
}

fn grown(events: &[Event]) -> Vec<Value> {
    let grown = counted(events).into_iter();
    grown.map(|(metric, by)| json!([metric.name, metric.labels, metric.agent_id, by])).collect()
}

/// All that was counted so far, in Prometheus' text format.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn text(app: &App) -> Result<String, OAuthError> {
    let samples = metrics::read(&app.audit_database.run(metrics::select()).await?)?;
    Ok(prometheus::text(&FAMILIES, &samples))
}
