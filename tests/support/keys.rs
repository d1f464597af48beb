//! Keys of the tests: fixed, so that no test waits for one to be found, and known to everybody, so worth nothing. Also of the fuzzer,
//! which has no crate to make any: see `made_keys`.

use ostiary::protocol::digest::{base64url, sha256};
use serde_json::{Map, Value, json};

/// The members of the ES256 key.
const ES256: &[(&str, &str)] = &[
    ("kty", "EC"),
    ("crv", "P-256"),
    ("x", "DcT0yxLsW7BY9FzEWdePIqHYXqb4TNO8DTLAxxbKzw8"),
    ("y", "BZfZHErfUxZc91hD5NwIpcXs2GcjZ2DCrYRN2w7cgLc"),
    ("d", "GLgGTlY2AJkPZKoP1kwKiP9R3wadR1rO8r4WKl35vho"),
];

/// The members of the RS256 key.
#[rustfmt::skip]
const RS256: &[(&str, &str)] = &[
    ("kty", "RSA"),
    ("n", "wUAJcrjJL1JufTYZMcb11uE4rVyxSJkdGPSa3QsWxg43XvQBhyObdNJqpwLHvLzA8i7UQeGM-GM1Yv9a5C7Gu0s7_VUp_MdxSYOqex8tHhZZ_iYohEancuHzgZkXihUnlPQrt9PKRuzghN69ojoct4Oddl9QR35h5HJ8Ppj7QS-cJvb4zQfY7fbrAYULN0oXiRT8ePIDWCdcAP-iSatiZcLLG-aOstQX3oPi-d89q2WfqqUG8BN6NluRTr7wwQLqo9VzdQc1FUKozZm2i5qtgRCvldSR9Kg5y_eblUX8KLAVOdxlf7WU_YVFAdM9yCsBZnoraCE_xK0OOxzGDyQtnQ"),
    ("e", "AQAB"),
    ("d", "HYpOZ2z7w_IT1awJWeSR-9DduxJqPzC4k_IAIj3ps0jFCgy-lwvIXak0iGcSZTVtQRgLdi6mP-naZVGncS39TvAHMYhtLKjIFna7_qobWXgNNZ5bnyy1uAf2Ex91y7PEIy7X5_fF-eWHxIfP8RZ1AVBrJ4cWXHdjO2qMt3znG2WJmJ2EjK-DiW5jmrn0ksdBT81y7q9KjMFFAqgUJihMuFjQycI4JBh09Y7pLJEZMZ59DUG6dafTq_S-SqprIXsOo0GJomus5wVk7-XWd_nbenPxd8JM4axkt5OP5P7kSr_zU-ceoax78C_1g5NnPy-q0AccCPeVml9DKcIWK-EUeQ"),
    ("p", "6_iYC59QB6Oe2s8ErF6aSBK9C_ut-4rD4jcxM_YPGGGLD8I4walQPc7baJTm7Y9AILwtKp_aM3uQ-U-CSmaRpwIWd6NlKJu1NcIfP1UyMEK9zunmH7QZRQQxKustKbb_bBj2ARAlwoEDPXc7qUCvejCmGAAjxz0PJWtXzzWBn28"),
    ("q", "0acpYvozFZkASMvjSEn_Yh1_lJf9UQn0yCOGMdwbx_su9p70o6GzDHQJnZ8FjldWcK3L8MW2tmf8Xdno8Kq6cqSnmsQOUBKqHz7sobAjnA28HGyqZ7l_nSGDgIt2koRjsKUn80Mr6n1uNQoVSOzol7nXptnRP3F3BzHdZUuf_bM"),
    ("dp", "hKjhccdCysilygWQbwdQXSyLs2zuxvegYFD_DGNM4TwVXeqm1dlGDzl4CDeODAf42W5xRgFQPpk9S6vzZ7h6MhXuY5wshsPjADH-NzDCYndjFixQ_4nUmwRcT_CfF1CWEEOIKdjWIZ8-HxQlKmX_QQaQmfWaJ6ygEz1hxFAka2k"),
    ("dq", "BBuGUA4e2hl5S_PSrCPnAQEa8spXiDLtvM4VXvy0_qIJNYO_v0T3wRK07YWkEjnb07FUAY-eGMzIwP339l8h8AUR05JrxV3YP2x4LmLJD9GlEdl_LTERMv7pGKei1xQI7_kMY1O5lIqIkjl0WU1q8S4O75Hs65VJg7aSY92rcMk"),
    ("qi", "z7Her7R-w1DHAmzh9dMW9ykj4YLsaUOfapwWhFtaZ5VCpEFxjyQfQYa_xVA3T6N1B2A_GNLHGBqa3mcQ3AxQ8HFrIggApX-YxO6a_O_RbH2COGP398Gif-4tjvnuXCdPMv8Q6ytW3AxdJc60DFn0SSGXREWCumrLVuTv8U39y0A"),
];

/// The text of the setting `SIGNING_KEYS`.
pub fn signing_keys() -> String {
    set(&signing_jwks())
}

/// A JWK Set of these keys.
pub fn set(keys: &[(String, Value)]) -> String {
    let keys: Vec<&Value> = keys.iter().map(|(_, jwk)| jwk).collect();
    json!({ "keys": keys }).to_string()
}

/// The text of the setting `ENCRYPTION_KEYS`: one key, `test-1`.
pub fn encryption_keys() -> String {
    encryption_set(1)
}

/// A set of one key, `test-<number>`.
pub fn encryption_set(number: u8) -> String {
    let kid = format!("test-{number}");
    let key = json!({ "kty": "oct", "kid": kid, "use": "enc", "alg": "A256GCM", "k": base64url(&[10 + number; 32]) });
    json!({ "keys": [key] }).to_string()
}

/// The private JWKs, each with its `kid`; the signing ES256 key first.
pub fn signing_jwks() -> Vec<(String, Value)> {
    let es256 = jwk(ES256, "ES256", &["crv", "kty", "x", "y"]);
    let rs256 = jwk(RS256, "RS256", &["e", "kty", "n"]);
    vec![es256, rs256]
}

/// A JWK with its name: the hash of the members that make it, in alphabetical order (RFC 7638 section 3).
pub fn jwk(members: &[(&str, &str)], algorithm: &str, named_by: &[&str]) -> (String, Value) {
    let mut jwk: Map<String, Value> = members.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let naming: Vec<String> = named_by.iter().map(|name| format!("{name:?}:{}", jwk[*name])).collect();
    let kid = base64url(&sha256(format!("{{{}}}", naming.join(",")).as_bytes()));
    for (name, value) in [("alg", algorithm), ("use", "sig"), ("kid", &kid)] {
        jwk.insert(name.to_owned(), json!(value));
    }
    (kid, Value::Object(jwk))
}
