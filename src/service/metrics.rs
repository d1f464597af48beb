//! What is counted, for whoever watches the server.

use std::collections::BTreeSet;

use crate::app::App;
use crate::model::audit::Event;
use crate::model::metric::{FAMILIES, counted};
use crate::ports::Statement;
use crate::protocol::error::OAuthError;
use crate::protocol::prometheus;
use crate::store::metrics;

/// What counts these events.
#[must_use]
pub fn count(events: &[Event]) -> Vec<Statement> {
    let growth = counted(events);
    let agents: BTreeSet<&str> =
        growth.keys().map(|metric| metric.agent_id.as_str()).filter(|id| !id.is_empty()).collect();
    let known = agents.into_iter().map(metrics::know_agent);
    known.chain(growth.iter().map(|(metric, by)| metrics::add(metric, *by))).collect()
}

/// All that was counted so far, in Prometheus' text format.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn text(app: &App) -> Result<String, OAuthError> {
    let samples = metrics::read(&app.audit_database.run(metrics::select()).await?)?;
    Ok(prometheus::text(&FAMILIES, &samples))
}
