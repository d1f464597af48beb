//! What is counted of events (`GET /metrics`).

use std::collections::BTreeMap;

use serde_json::Value;

use super::audit::{Event, EventKind};
use crate::protocol::prometheus::Family;

const ATTEMPTS: Family = Family {
    name: "oauth_authentication_attempts_total",
    kind: "counter",
    help: "Answers of people at providers, for themselves (no agent_id) or for an agent.",
};
const REFRESHES: Family =
    Family { name: "oauth_token_refreshes_total", kind: "counter", help: "Tokens of providers that were refreshed." };
const SESSIONS: Family = Family {
    name: "oauth_session_duration_seconds",
    kind: "histogram",
    help: "How long the sessions of agents lasted that have ended.",
};
const ISSUED: Family =
    Family { name: "ostiary_tokens_issued_total", kind: "counter", help: "Access tokens that were issued." };
const EVENTS: Family =
    Family { name: "ostiary_events_total", kind: "counter", help: "What happened, as the log names it." };

/// All that is counted.
pub const FAMILIES: [Family; 5] = [ATTEMPTS, REFRESHES, SESSIONS, ISSUED, EVENTS];

/// Upper bounds of how long sessions last, in seconds.
const BOUNDS: [u64; 8] = [60, 300, 900, 1800, 3600, 14_400, 43_200, 86_400];

/// One number that grows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Metric {
    /// As it is called, whole.
    pub name: String,
    /// By what it is told from others of its name: a JSON object of texts.
    pub labels: String,
    /// The agent among the labels; empty: none.
    pub agent_id: String,
}

/// By how much each number grows with these events.
#[must_use]
pub fn counted(events: &[Event]) -> BTreeMap<Metric, i64> {
    let mut growth = BTreeMap::new();
    for event in events {
        for (metric, by) in of(event) {
            *growth.entry(metric).or_insert(0) += by;
        }
    }
    growth
}

fn of(event: &Event) -> Vec<(Metric, i64)> {
    let outcome = event.outcome.as_str();
    let provider = event.provider.as_deref().unwrap_or_default();
    let agent_id = event.agent_id.as_deref().unwrap_or_default();
    let own = |name: &str, more: Option<(&str, &str)>| Metric {
        name: name.to_owned(),
        labels: written([("provider", provider), (AGENT, agent_id)].into_iter().chain(more)),
        agent_id: agent_id.to_owned(),
    };
    let labels = written([("event", event.kind.as_str()), ("outcome", outcome)]);
    let times = event.times.map_or(1, i64::from);
    let mut counted = vec![(Metric { name: EVENTS.name.to_owned(), labels, agent_id: String::new() }, times)];
    match event.kind {
        EventKind::ConnectionMade => counted.push((own(ATTEMPTS.name, Some(("status", outcome))), 1)),
        EventKind::ConnectionRefreshed => counted.push((own(REFRESHES.name, None), 1)),
        EventKind::AgentSessionEnded => {
            let seen = observed(event.seconds.unwrap_or_default()).into_iter();
            let histogram = seen.map(|(ending, bound, by)| {
                let bound = bound.as_deref().map(|bound| ("le", bound));
                (own(&format!("{}{ending}", SESSIONS.name), bound), by)
            });
            counted.extend(histogram);
        }
        EventKind::TokenIssued | EventKind::TokenRefreshed => {
            let labels = written([("grant_type", grant_type(event))]);
            counted.push((Metric { name: ISSUED.name.to_owned(), labels, agent_id: String::new() }, 1));
        }
        _ => {}
    }
    counted
}

fn grant_type(event: &Event) -> &'static str {
    match (event.kind, &event.grant_id) {
        (EventKind::TokenRefreshed, _) => "refresh_token",
        (_, Some(_)) => "authorization_code",
        (_, None) => "client_credentials",
    }
}

/// The label that names an agent.
const AGENT: &str = "agent_id";

/// What one observation adds to a histogram: each bucket holds what is not above its bound.
fn observed(seconds: u64) -> Vec<(&'static str, Option<String>, i64)> {
    let buckets = BOUNDS.iter().map(|bound| ("_bucket", Some(bound.to_string()), i64::from(seconds <= *bound)));
    let whole = [
        ("_bucket", Some("+Inf".to_owned()), 1),
        ("_sum", None, i64::try_from(seconds).unwrap_or(i64::MAX)),
        ("_count", None, 1),
    ];
    buckets.chain(whole).collect()
}

/// Labels as they are stored.
fn written<'a>(labels: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    Value::Object(labels.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_in_every_bucket_that_is_not_too_small_for_it() {
        let in_buckets = |seconds| -> Vec<i64> {
            observed(seconds).into_iter().filter(|(name, ..)| *name == "_bucket").map(|(_, _, by)| by).collect()
        };
        assert_eq!(in_buckets(60), [1, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(in_buckets(61), [0, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(in_buckets(1_000_000), [0, 0, 0, 0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn labels_are_json_whatever_they_say() {
        assert_eq!(written([("a", "x\"y"), ("b", "")]), r#"{"a":"x\"y","b":""}"#);
    }
}
