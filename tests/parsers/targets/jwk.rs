//! Private keys as JWK.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ostiary::protocol::jose::private_jwk::read;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::repeats;

pub const SEEDS: &[&[u8]] = &[
    b"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"DcT0yxLsW7BY9FzEWdePIqHYXqb4TNO8DTLAxxbKzw8\",\"y\":\
      \"BZfZHErfUxZc91hD5NwIpcXs2GcjZ2DCrYRN2w7cgLc\",\"d\":\"GLgGTlY2AJkPZKoP1kwKiP9R3wadR1rO8r4WKl35vho\",\"use\":\"sig\",\
      \"alg\":\"ES256\",\"key_ops\":[\"sign\"]}",
    b"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\",\"d\":1,\"kid\":\"x\"}",
    b"{\"kty\":\"RSA\",\"n\":\"AAAA\",\"e\":\"AQAB\",\"d\":\"AA\",\"p\":\"AA\",\"q\":\"AA\",\"dp\":\"AA\",\"dq\":\"AA\",\"qi\":\"AA\"}",
    b"{\"kty\":\"oct\",\"k\":\"AAAA\"}",
];

pub fn check(data: &[u8]) {
    let Ok(jwk) = serde_json::from_slice::<Value>(data) else { return };
    let (public, private) = match read(&jwk) {
        Ok(halves) => halves,
        Err(problem) => {
            let mut members = jwk.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str());
            let told = members.any(|value| repeats(problem, value));
            return assert!(!told, "{problem}");
        }
    };
    assert_eq!(read(&private).as_ref(), Ok(&(public.clone(), private.clone())), "what is kept is a key again");
    let members = private.as_object().expect("an object");
    assert!(members.iter().all(|(name, value)| jwk.get(name) == Some(value)), "nothing is made up");
    assert!(members.keys().all(|name| !["use", "alg", "key_ops", "kid", "ext"].contains(&name.as_str())));

    let published = serde_json::to_value(&public).expect("JSON");
    let shown = ["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use"];
    assert!(published.as_object().expect("an object").keys().all(|name| shown.contains(&name.as_str())), "{published}");
    assert_eq!(published["kid"].as_str(), Some(thumbprint(&published).as_str()));
    assert!(jwk.get("kid").is_none_or(|kid| *kid == published["kid"]));
}

/// RFC 7638 section 3: the required members, sorted by name, without spaces.
fn thumbprint(public: &Value) -> String {
    let required: &[&str] = if public["kty"] == "EC" { &["crv", "kty", "x", "y"] } else { &["e", "kty", "n"] };
    let members: Map<String, Value> = required.iter().map(|name| ((*name).to_owned(), public[*name].clone())).collect();
    URL_SAFE_NO_PAD.encode(Sha256::digest(Value::Object(members).to_string()))
}
