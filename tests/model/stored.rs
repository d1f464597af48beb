//! What was stored yesterday must be read tomorrow: grants live for months, and a state that cannot be read is a grant
//! that cannot be refreshed, nor cleaned up. These texts are what older versions wrote. When a type changes, its text here
//! stays and a new one comes beside it; what is new has a `#[serde(default)]`.

use std::fmt::Debug;

use ostiary::model::code::CodeRecord;
use ostiary::model::grant::GrantState;
use ostiary::model::login_guard::LoginGuardState;
use ostiary::protocol::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn read<T: DeserializeOwned>(stored: &Value) -> T {
    serde_json::from_str(&stored.to_string()).unwrap_or_else(|error| panic!("{error}: {stored}"))
}

/// It is read, and written again as it was: nothing was renamed, nothing left out.
fn assert_kept<T: DeserializeOwned + Serialize + Debug>(stored: &Value) {
    let state: T = read(stored);
    assert_eq!(serde_json::to_value(&state).expect("JSON"), *stored, "{state:?}");
}

fn live_grant() -> Value {
    json!({ "live": {
        "key": vec![7; 32],
        "authority": {
            "client_id": "demo-web",
            "public_client": true,
            "user_id": "usr_alice",
            "scope": "call:tools read:tools",
            "resources": ["https://api.example"],
            "auth_time": 1_800_000_000_123_i64,
            "sid": "s1"
        },
        "attempt": "a1",
        "redeemed_at": 1_800_000_001_500_i64,
        "code_expires_at": 1_800_000_060_000_i64,
        "counter": 3,
        "refreshable": true,
        "issued_at": 1_800_000_600_000_i64,
        "access_expires_at": 1_800_002_400_000_i64,
        "repetition": 1,
        "rotated_at": 1_800_000_600_250_i64,
        "unheard": true,
        "idle_ends_at": 1_802_592_600_000_i64,
        "absolute_ends_at": 1_815_552_001_500_i64,
        "last_access_expires_at": 1_800_002_400_000_i64,
        "revoked": [[{ "generation": 2, "shape": "Zm9vYmFy", "repetition": 0 }, 1_800_002_000_000_i64]]
    } })
}

#[test]
fn a_grant_is_read_as_it_was_stored_alive_or_ended() {
    assert_kept::<GrantState>(&live_grant());
    assert_kept::<GrantState>(&json!({ "ended": { "keep_until": 1_800_002_400_000_i64 } }));
}

#[test]
fn a_grant_stored_before_unheard_was_known_is_read_as_heard() {
    let mut stored = live_grant();
    let fields = stored["live"].as_object_mut().expect("an object");
    fields.remove("unheard");
    let GrantState::Live(grant) = read(&stored) else { panic!("not alive: {stored}") };
    assert!(!grant.unheard);
    assert_eq!(grant.counter, 3);
}

#[test]
fn a_login_guard_is_read_as_it_was_stored_and_still_slows() {
    let stored = json!({
        "account": { "count": 24, "last": 1_800_000_000_000_i64 },
        "failing": [["n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg", { "count": 6, "last": 1_800_000_000_000_i64 }]],
        "known": [["LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564", 1_799_999_000_000_i64]]
    });
    assert_kept::<LoginGuardState>(&stored);
    assert_kept::<LoginGuardState>(&json!({ "account": { "count": 0, "last": null }, "failing": [], "known": [] }));
    let now = Timestamp::from_seconds(1_800_000_001);
    let wait = read::<LoginGuardState>(&stored).wait("192.0.2.1", now);
    assert_eq!(wait.map(|wait| wait.as_secs()), Some(31), "24 failures of all are 32 seconds");
}

#[test]
fn what_a_code_stands_for_is_read_as_it_was_stored() {
    let stored = json!({
        "client_id": "demo-web",
        "user_id": "usr_alice",
        "redirect_uri": "http://localhost:3000/callback",
        "redirect_uri_sent": true,
        "scope": "read:tools",
        "resources": ["https://api.example"],
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "auth_time": 1_800_000_000_123_i64,
        "sid": "s1",
        "expires_at": 1_800_000_060_000_i64
    });
    assert_kept::<CodeRecord>(&stored);
}
