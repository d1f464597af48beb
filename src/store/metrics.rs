//! What is counted, in the audit database.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::json;
use crate::ports::{Freshness, Outcome, Statement, Stored};
use crate::protocol::prometheus::Sample;

/// So many agents are counted by their own name.
const AGENTS: i64 = 100;

/// Remembers an agent as one that is counted by its own name, while there are not too many.
#[must_use]
pub fn know_agent(agent_id: &str) -> Statement {
    Statement::write(
        "INSERT INTO metric_agents (agent_id) SELECT ?1 WHERE (SELECT COUNT(*) FROM metric_agents) < ?2 \
         ON CONFLICT (agent_id) DO NOTHING",
        vec![agent_id.into(), AGENTS.into()],
    )
}

/// Adds to numbers: `[at, event_id, [[name, labels, agent_id, by how much], …]]` of each message, of those that this batch counts.
/// An agent that is not known is `other`.
#[must_use]
pub fn add(messages: String, batch: &str) -> Statement {
    Statement::write(
        "INSERT INTO metrics (name, labels, value) \
         SELECT grown.value ->> 0, CASE WHEN grown.value ->> 2 = '' \
         OR EXISTS (SELECT 1 FROM metric_agents WHERE agent_id = grown.value ->> 2) \
         THEN grown.value ->> 1 ELSE json_set(grown.value ->> 1, '$.agent_id', 'other') END, SUM(grown.value ->> 3) \
         FROM json_each(?1) AS message \
         JOIN counted_messages AS counted ON counted.at = message.value ->> 0 AND counted.event_id = message.value ->> 1 \
         JOIN json_each(message.value, '$[2]') AS grown WHERE counted.batch = ?2 GROUP BY 1, 2 \
         ON CONFLICT (name, labels) DO UPDATE SET value = value + excluded.value",
        vec![messages.into(), batch.into()],
    )
}

/// Asks for all numbers.
#[must_use]
pub fn select() -> Statement {
    let sql = "SELECT name, labels, value FROM metrics ORDER BY name, labels";
    Statement::read(sql, vec![]).fresh(Freshness::Primary)
}

#[derive(Deserialize)]
struct Row {
    name: String,
    labels: String,
    value: i64,
}

/// Reads the answer to [`select`], the buckets of a histogram by their bounds.
///
/// # Errors
/// When a row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Vec<Sample>> {
    let mut samples = outcome.read::<Row>()?.into_iter().map(sample).collect::<Stored<Vec<_>>>()?;
    samples.sort_by_cached_key(order);
    Ok(samples)
}

fn sample(row: Row) -> Stored<Sample> {
    let labels: Map<String, Value> = json::read(&row.labels)?;
    let text = |(name, value): (String, Value)| (name, value.as_str().unwrap_or_default().to_owned());
    Ok(Sample { name: row.name, labels: labels.into_iter().map(text).collect(), value: row.value })
}

/// By name and labels; of those that differ by their bound alone by that. Infinity is no number, and comes last.
fn order(sample: &Sample) -> (String, Vec<(String, String)>, u64) {
    let (bounds, labels): (Vec<_>, Vec<_>) = sample.labels.iter().cloned().partition(|(name, _)| name == "le");
    let bound = bounds.first().and_then(|(_, bound)| bound.parse().ok()).unwrap_or(u64::MAX);
    (sample.name.clone(), labels, bound)
}
