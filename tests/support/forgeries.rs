//! Everything that is not a token of ours, made from one that is.

use ostiary::protocol::digest::base64url;
use serde_json::{Value, json};

use super::forge::{Jwt, public_key, rs256_kid};
use super::server::Server;

/// Each with what is wrong with it.
pub async fn of(server: &Server, token: &str) -> Vec<(&'static str, String)> {
    let (good, now) = (Jwt::of(token), 1_800_000_000);
    let mut made = by_signature(server, token).await;
    for (why, forged) in [
        ("no typ", good.clone().header("typ", Value::Null)),
        ("typ of an ID token", good.clone().header("typ", json!("JWT"))),
        ("typ of a logout token", good.clone().header("typ", json!("logout+jwt"))),
        ("no token_type", good.clone().claim("token_type", Value::Null)),
        ("token_type of a refresh token", good.clone().claim("token_type", json!("refresh_token"))),
        ("expired", good.clone().claim("exp", json!(now))),
        ("exp of long ago", good.clone().claim("exp", json!(1))),
        ("issued in the future", good.clone().claim("iat", json!(now + 60))),
        ("not yet valid", good.clone().claim("nbf", json!(now + 60))),
        ("nbf beyond the calendar", good.clone().claim("nbf", json!(i64::MAX))),
        ("nbf before the calendar", good.clone().claim("nbf", json!(i64::MIN))),
    ] {
        made.push((why, forged.signed(server).await));
    }
    made
}

/// Everything that is not an ID token of ours for `demo-server`, made from one that is. One that is over still is one.
pub async fn of_id_token(server: &Server, token: &str) -> Vec<(&'static str, String)> {
    let good = Jwt::of(token);
    let mut made = by_signature(server, token).await;
    for (why, forged) in [
        ("no typ", good.clone().header("typ", Value::Null)),
        ("typ of an access token", good.clone().header("typ", json!("at+jwt"))),
        ("typ of a logout token", good.clone().header("typ", json!("logout+jwt"))),
        ("for another client than it was issued to", good.clone().claim("aud", json!("demo-web"))),
        ("for others, too", good.clone().claim("aud", json!(["demo-server", "demo-web"]))),
        ("no azp", good.clone().claim("azp", Value::Null)),
        ("no sid", good.clone().claim("sid", Value::Null)),
        ("no auth_time", good.clone().claim("auth_time", Value::Null)),
        ("no at_hash", good.clone().claim("at_hash", Value::Null)),
    ] {
        made.push((why, forged.signed(server).await));
    }
    made
}

/// Signed wrongly, or saying what no token of ours says.
async fn by_signature(server: &Server, token: &str) -> Vec<(&'static str, String)> {
    let good = Jwt::of(token);
    let (input, signature) = token.rsplit_once('.').expect("a signature");
    let mut made = vec![
        ("cut", token[..token.len() - 1].to_owned()),
        ("longer", format!("{token}A")),
        ("without signature", format!("{input}.")),
        ("in two parts", input.to_owned()),
        ("other bytes", good.clone().claim("scope", json!("admin")).with_signature(&[7; 64])),
        ("other claims under the same signature", {
            let admin = good.clone().claim("sub", json!("usr_admin")).with_signature(&[]);
            format!("{admin}{signature}")
        }),
        ("a signature of zeros (CVE-2022-21449)", good.with_signature(&[0; 64])),
        ("alg none", good.clone().header("alg", json!("none")).with_signature(&[])),
        ("alg None", good.clone().header("alg", json!("None")).with_signature(&[])),
        ("not a JWT", "opaque".to_owned()),
        ("nothing but dots", "..".to_owned()),
        ("too long", format!("{token}{}", "A".repeat(9000))),
    ];
    made.extend(by_hmac(server, &good).await);
    for (why, forged) in [
        ("unknown kid", good.clone().header("kid", json!("unknown"))),
        ("a kid that is a path", good.clone().header("kid", json!("../../etc/passwd"))),
        ("no kid", good.clone().header("kid", Value::Null)),
        ("alg of another key", good.clone().header("alg", json!("RS256"))),
        ("alg HS256 over an ES256 signature", good.clone().header("alg", json!("HS256"))),
        ("crit", good.clone().header("crit", json!(["exp"]))),
        ("wrong iss", good.clone().claim("iss", json!("https://evil.example"))),
        ("iss with a slash", good.clone().claim("iss", json!("http://localhost:8787/"))),
        ("no iss", good.clone().claim("iss", Value::Null)),
        ("no aud", good.clone().claim("aud", Value::Null)),
        ("no sub", good.clone().claim("sub", Value::Null)),
        ("no exp", good.clone().claim("exp", Value::Null)),
        ("exp as text", good.clone().claim("exp", json!("9999999999"))),
    ] {
        made.push((why, forged.signed(server).await));
    }
    let as_rsa = good.clone().header("kid", json!(rs256_kid()));
    made.push(("an ES256 token by the RSA key", as_rsa.signed_by(server, &rs256_kid()).await));
    made.push(("the RSA key's kid under the ES256 key", as_rsa.signed(server).await));
    made
}

/// The public key, which everybody has, taken for a shared secret (RFC 8725 2.1).
async fn by_hmac(server: &Server, good: &Jwt) -> Vec<(&'static str, String)> {
    let jwk = public_key(server).await;
    let member = |name: &str| jwk[name].as_str().expect("a member").to_owned();
    let hs256 = good.clone().header("alg", json!("HS256"));
    [jwk.to_string(), member("x"), format!("{}{}", member("x"), member("y")), base64url(b""), String::new()]
        .iter()
        .map(|secret| ("HS256 with the public key", hs256.with_hmac(secret.as_bytes())))
        .collect()
}
