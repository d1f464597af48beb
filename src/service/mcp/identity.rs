//! Who answers, and what it can do.

use serde_json::{Value, json};

use crate::app::App;
use crate::protocol::json::set;
use crate::protocol::mcp::{SERVER_KEY, Version};

/// This release.
const RELEASE: &str = env!("CARGO_PKG_VERSION");
/// How long a client may keep what this server says of itself: an hour, in milliseconds.
const DISCOVERY_TTL_MS: u32 = 60 * 60 * 1000;

/// Tools, and no notice when they change: a stream for each agent would have to be kept open. So `subscriptions/listen` is no
/// method of ours.
fn capabilities() -> Value {
    json!({ "tools": {} })
}

fn server_info(app: &App, version: Version) -> Value {
    let mut info = json!({ "name": "ostiary", "version": RELEASE });
    if version.has_titles() {
        set(&mut info, "title", app.config.brand.name.as_str());
    }
    info
}

/// The answer to `initialize`. No session is made, so none has an id.
pub(super) fn initialized(app: &App, version: Version) -> Value {
    json!({
        "protocolVersion": version.name(),
        "capabilities": capabilities(),
        "serverInfo": server_info(app, version),
    })
}

/// The answer to `server/discover`.
pub(super) fn discovered() -> Value {
    json!({
        "supportedVersions": Version::names(),
        "capabilities": capabilities(),
        "ttlMs": DISCOVERY_TTL_MS,
        "cacheScope": "public",
    })
}

/// A result as those of 2026-07-28 are: it says that it is whole, and who made it.
pub(super) fn signed(app: &App, mut result: Value) -> Value {
    set(&mut result, "resultType", "complete");
    set(&mut result, "_meta", json!({ SERVER_KEY: server_info(app, Version::V2026_07_28) }));
    result
}
