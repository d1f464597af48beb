//! Events as Workers Analytics Engine takes them.

use serde_json::json;

use super::audit::Event;

/// One data point, as JSON: the event's kind is the index, by which the engine samples; blobs are kind, outcome, client and provider,
/// doubles 1 and the seconds that it lasted. Nothing that names a person, nor an address.
#[must_use]
pub fn written(event: &Event) -> String {
    let (kind, outcome) = (event.kind.as_str(), event.outcome.as_str());
    let client_id = event.client_id.as_deref().unwrap_or_default();
    let provider = event.provider.as_deref().unwrap_or_default();
    let seconds = event.seconds.unwrap_or_default();
    json!({ "indexes": [kind], "blobs": [kind, outcome, client_id, provider], "doubles": [1, seconds] }).to_string()
}
