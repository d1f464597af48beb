//! The JWK Sets of clients, registered or fetched.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ostiary::protocol::jose::verification_key::{
    MOST_KEYS, VerificationAlgorithm, VerificationKey, holds_a_secret, usable,
};
use serde_json::{Map, Value, json};

pub const SEEDS: &[&[u8]] = &[
    b"{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"DcT0yxLsW7BY9FzEWdePIqHYXqb4TNO8DTLAxxbKzw8\",\
      \"y\":\"BZfZHErfUxZc91hD5NwIpcXs2GcjZ2DCrYRN2w7cgLc\",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\",\"key_ops\":[\"verify\"]}]}",
    b"{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\",\"alg\":\"Ed25519\"},\
      {\"kty\":\"RSA\",\"n\":\"AAAA\",\"e\":\"AQAB\",\"use\":\"enc\"},{\"kty\":\"oct\",\"k\":\"AAAA\"},{},1]}",
    b"{\"keys\":[{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"wUAJcrjJL1JufTYZMcb11uE4rVyxSJkdGPSa3QsWxg43XvQBhyObdNJqpwLHvLzA8i7UQe\
      GM-GM1Yv9a5C7Gu0s7_VUp_MdxSYOqex8tHhZZ_iYohEancuHzgZkXihUnlPQrt9PKRuzghN69ojoct4Oddl9QR35h5HJ8Ppj7QS-cJvb4zQfY7fbrAYULN0o\
      XiRT8ePIDWCdcAP-iSatiZcLLG-aOstQX3oPi-d89q2WfqqUG8BN6NluRTr7wwQLqo9VzdQc1FUKozZm2i5qtgRCvldSR9Kg5y_eblUX8KLAVOdxlf7WU_YVF\
      AdM9yCsBZnoraCE_xK0OOxzGDyQtnQ\",\"alg\":\"PS256\",\"kid\":\"\"}]}",
    b"{\"keys\":{}}",
];

const ALL: [VerificationAlgorithm; 4] = [
    VerificationAlgorithm::Es256,
    VerificationAlgorithm::Rs256,
    VerificationAlgorithm::Ps256,
    VerificationAlgorithm::EdDsa,
];

pub fn check(data: &[u8]) {
    let Ok(set) = serde_json::from_slice::<Map<String, Value>>(data) else { return };
    let Ok(keys) = usable(&set) else { return };
    let listed = set["keys"].as_array().expect("keys");
    assert!(listed.len() <= MOST_KEYS && keys.len() <= listed.len());
    assert_eq!(keys, listed.iter().filter_map(VerificationKey::read).collect::<Vec<_>>());
    for jwk in listed {
        if let Some(key) = VerificationKey::read(jwk) {
            assert_key(&key, jwk);
        }
    }
    let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    let secret = |jwk: &Value| private.iter().any(|name| jwk.get(name).is_some()) || jwk["kty"] == "oct";
    assert_eq!(holds_a_secret(&set), listed.iter().any(secret));
}

/// It is what was sent, for what it was sent for, and is kept as it is.
fn assert_key(key: &VerificationKey, jwk: &Value) {
    assert_eq!(VerificationKey::read(&key.to_jwk()).as_ref(), Some(key), "what is kept is the key again");
    let material = key.material();
    let members = material.as_object().expect("an object");
    assert!(members.iter().all(|(name, value)| jwk.get(name) == Some(value)), "nothing is made up");
    assert!(members.keys().all(|name| ["kty", "crv", "x", "y", "n", "e"].contains(&name.as_str())));
    assert!(jwk.get("use").is_none_or(|usage| usage == "sig"));
    let fits: &[VerificationAlgorithm] = match jwk["kty"].as_str() {
        Some("EC") => &ALL[..1],
        Some("RSA") => &ALL[1..3],
        Some("OKP") => &ALL[3..],
        other => panic!("{other:?}"),
    };
    let kid = jwk.get("kid").and_then(Value::as_str);
    for alg in ALL {
        let said =
            jwk.get("alg").is_none_or(|said| VerificationAlgorithm::parse(said.as_str().unwrap_or("")) == Some(alg));
        assert_eq!(key.suits(alg, None), fits.contains(&alg) && said);
        assert_eq!(key.suits(alg, kid), key.suits(alg, None));
        assert!(!key.suits(alg, Some("another kid than any")) || kid == Some("another kid than any"));
    }
    let bytes = |name: &str| material[name].as_str().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    match bytes("n") {
        Some(n) => {
            assert_eq!((key.signature_bytes(), &material["e"]), (n.len(), &json!("AQAB")));
            assert!((256..=512).contains(&n.len()) && n[0] != 0);
        }
        None => assert!(key.signature_bytes() == 64 && bytes("x").is_some_and(|x| x.len() == 32)),
    }
}
