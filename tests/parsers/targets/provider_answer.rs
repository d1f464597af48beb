//! What a provider's endpoints answer: before the first line end which one, and for the token endpoint with what status; after it
//! the body.

use ostiary::model::provider::{Provider, ProviderKind, ProviderSecret, ProviderSettings};
use ostiary::ports::{Caching, HttpReply};
use ostiary::protocol::outbound;
use ostiary::protocol::time::Timestamp;
use ostiary::service::upstream::discovery::{Endpoints, found};
use ostiary::service::upstream::identity::account;
use ostiary::service::upstream::tokens::{Ungiven, read};
use serde_json::{Map, Value};

use super::deployment::config;
use super::{assert_tellable_fault, halves};

pub const SEEDS: &[&[u8]] = &[
    b"200\n{\"access_token\":\"a\",\"token_type\":\"bearer\",\"refresh_token\":\"r\",\"expires_in\":\"3600\",\"scope\":\"a,b\"}",
    b"200\n{\"error\":\"bad_verification_code\",\"access_token\":\"a\"}",
    b"400\n{\"error\":\"invalid_grant\",\"error_description\":\"gone\"}",
    b"200\n{\"access_token\":\"a b\",\"expires_in\":-1,\"id_token\":\"\"}",
    b"metadata\n{\"issuer\":\"https://idp.example\",\"authorization_endpoint\":\"https://idp.example/authorize\",\"token_endpoint\":\
      \"https://idp.example/token\",\"jwks_uri\":\"https://idp.example/jwks\",\"userinfo_endpoint\":\"https://idp.example/me\",\
      \"revocation_endpoint\":null,\"authorization_response_iss_parameter_supported\":true}",
    b"metadata\n{\"authorization_endpoint\":\"https://127.0.0.1/\",\"token_endpoint\":\"http://idp.example/\",\"jwks_uri\":7}",
    b"user\n{\"sub\":\"there\",\"email\":\"a@idp.example\",\"email_verified\":true,\"name\":\"Alice\",\"auth_time\":1790000000}",
    b"user\n{\"id\":4711,\"sub\":\"\",\"email\":\"\",\"email_verified\":\"true\",\"iss\":\"https://other.example\",\"auth_time\":-1}",
];

/// A decade.
const LONGEST: i64 = 10 * 365 * 24 * 60 * 60;
const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

pub fn check(data: &[u8]) {
    let (what, body) = halves(data);
    let object = || serde_json::from_slice::<Map<String, Value>>(body).ok();
    match std::str::from_utf8(what) {
        Ok("metadata") => object().iter().for_each(check_metadata),
        Ok("user") => object().iter().for_each(check_user),
        Ok(status) => check_tokens(status.parse().unwrap_or(200), body),
        Err(_) => {}
    }
}

fn provider(kind: ProviderKind, subject_claim: &str) -> Provider {
    let settings = ProviderSettings {
        kind: Some(kind),
        issuer: Some("https://idp.example".to_owned()),
        subject_claim: Some(subject_claim.to_owned()),
        ..ProviderSettings::default()
    };
    Provider { id: "idp".to_owned(), settings, secret: ProviderSecret::None, created_at: None, updated_at: None }
}

/// What is given can be sent and was there; what refuses is told by a plain code.
fn check_tokens(status: u16, body: &[u8]) {
    let reply = HttpReply { status, content_type: None, caching: Caching::default(), body: body.to_vec() };
    let answer = serde_json::from_slice::<Map<String, Value>>(body).unwrap_or_default();
    let text = |name: &str| answer.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    match read(&reply) {
        Ok(given) => {
            assert!(status == 200 && text("error").is_none());
            assert_eq!(text("access_token"), Some(given.access_token.as_str()));
            http::HeaderValue::from_str(&format!("Bearer {}", given.access_token)).expect("it can be sent");
            assert!(!given.access_token.contains(' '), "one word");
            assert!(given.expires_in.is_none_or(|seconds| (0..=LONGEST).contains(&seconds)));
            assert!(given.expires_at(NOW).is_none_or(|at| at >= NOW));
            for (name, read) in [("refresh_token", &given.refresh_token), ("id_token", &given.id_token)] {
                assert_eq!(text(name), read.as_deref());
            }
        }
        Err(Ungiven::Refused(code)) => {
            assert!(text("error").is_some());
            assert!(code == "an error" || code.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'_'));
        }
        Err(Ungiven::Unknown(why)) => assert!(why.starts_with(&format!("status {status},")), "{why}"),
        Err(Ungiven::Busy(_) | Ungiven::Failed(_) | Ungiven::Ours(_)) => panic!("this is not in an answer"),
    }
}

/// Wherever it says that it is asked: what it said itself, and a place where we may ask.
fn check_metadata(described: &Map<String, Value>) {
    let read = match found(config(), &provider(ProviderKind::Oidc, "sub"), described) {
        Ok(read) => read,
        Err(error) => return assert_tellable_fault(&error),
    };
    let said = |name: &str| described.get(name).and_then(Value::as_str);
    let Endpoints { authorization, token, userinfo, revocation, jwks, says_issuer } = &read;
    for (name, url) in [
        ("authorization_endpoint", Some(authorization)),
        ("token_endpoint", Some(token)),
        ("userinfo_endpoint", userinfo.as_ref()),
        ("revocation_endpoint", revocation.as_ref()),
        ("jwks_uri", jwks.as_ref()),
    ] {
        assert_eq!(url.map(String::as_str), said(name), "{name}");
        assert!(url.is_none_or(|url| outbound::allowed(url, false).is_some()), "{name}: {url:?}");
        assert!(!url.is_some_and(|url| url.contains("//auth.example/")), "we would ask ourselves");
    }
    assert!(jwks.is_some(), "without keys nobody is known");
    let flag = described.get("authorization_response_iss_parameter_supported");
    assert_eq!(*says_issuer, flag == Some(&Value::Bool(true)));
}

/// Who somebody is: an id that was said, an address that counts as theirs only where that was said, no sign-in from the future.
fn check_user(claims: &Map<String, Value>) {
    let me = "https://idp.example/me".to_owned();
    for (kind, subject) in [(ProviderKind::Oidc, "sub"), (ProviderKind::Oauth, "id")] {
        let is_oidc = kind == ProviderKind::Oidc;
        let jwks = is_oidc.then(|| "https://idp.example/jwks".to_owned());
        let endpoints = Endpoints { userinfo: Some(me.clone()), jwks, ..Endpoints::default() };
        let known = match account((&provider(kind, subject), &endpoints), claims, NOW) {
            Ok(known) => known,
            Err(error) => {
                assert_tellable_fault(&error);
                continue;
            }
        };
        let texts = [Some(&known.id), known.email.as_ref(), known.name.as_ref()];
        assert!(texts.into_iter().flatten().all(|text| (1..=255).contains(&text.len())));
        let said = &claims[subject];
        assert_eq!(said.as_str().map_or_else(|| said.to_string(), str::to_owned), known.id);
        assert!(is_oidc || known.issuer == me, "whoever has no ID token is not believed whose it is");
        assert!(!known.email_verified || claims["email_verified"] == true);
        assert!(known.auth_time.is_none_or(|at| (Timestamp::from_seconds(0)..=NOW).contains(&at)));
    }
}
