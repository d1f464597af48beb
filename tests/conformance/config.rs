//! Config OP: `oidcc-discovery-endpoint-verification`, a test for each thing that it looks at. A deployed server is looked at:
//! the suite wants https.

use serde_json::{Value, json};

use crate::support::jwt::jwks;
use crate::support::request::Ask;
use crate::support::server::Server;

const SUFFIX: &str = "/.well-known/openid-configuration";

async fn document(server: &Server) -> Value {
    let reply = server.send(Ask::get(SUFFIX)).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/json"));
    reply.json()
}

fn texts(document: &Value, member: &str) -> Vec<String> {
    let list = document[member].as_array().unwrap_or_else(|| panic!("no list {member}"));
    assert!(!list.is_empty(), "{member}");
    list.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

#[tokio::test]
async fn oidcc_discovery_endpoint_verification_the_issuer_is_https_and_its_urls_beginning() {
    let server = Server::deployed();
    let issuer = document(&server).await["issuer"].as_str().expect("an issuer").to_owned();
    let url = url::Url::parse(&issuer).expect("a URL");
    assert_eq!((url.scheme(), url.query(), url.fragment()), ("https", None, None));
    assert_eq!(issuer, "https://auth.example", "the discovery URL without its suffix, whatever the request said");
    let misdirected = server.send(Ask::get(SUFFIX).header("host", "evil.example")).await;
    misdirected.assert_error(421, "misdirected_request");
    let forwarded = server.send(Ask::get(SUFFIX).header("x-forwarded-host", "evil.example")).await;
    assert_eq!(forwarded.json()["issuer"], issuer);
}

#[tokio::test]
async fn oidcc_discovery_endpoint_verification_every_endpoint_is_https() {
    let document = document(&Server::deployed()).await;
    for required in ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"] {
        assert!(document[required].is_string(), "{required}");
    }
    let members = document.as_object().expect("an object").iter();
    for (name, url) in members.filter(|(name, _)| name.ends_with("_endpoint") || name.ends_with("_uri")) {
        assert!(url.as_str().is_some_and(|url| url.starts_with("https://auth.example/")), "{name}: {url}");
    }
}

/// The suite's schema: the members of OpenID Connect Discovery 3, and those that RFC 8414, RFC 9207 and the specifications of
/// logout and prompts add, by type.
const TEXTS: [&str; 9] = [
    "registration_endpoint",
    "issuer",
    "jwks_uri",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "end_session_endpoint",
];
const FLAGS: [&str; 7] = [
    "client_id_metadata_document_supported",
    "claims_parameter_supported",
    "request_parameter_supported",
    "request_uri_parameter_supported",
    "authorization_response_iss_parameter_supported",
    "backchannel_logout_supported",
    "backchannel_logout_session_supported",
];
const LISTS: [&str; 20] = [
    "scopes_supported",
    "claims_supported",
    "response_types_supported",
    "response_modes_supported",
    "grant_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "userinfo_signing_alg_values_supported",
    "acr_values_supported",
    "display_values_supported",
    "claim_types_supported",
    "ui_locales_supported",
    "prompt_values_supported",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "revocation_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "code_challenge_methods_supported",
];

#[tokio::test]
async fn oidcc_discovery_endpoint_verification_each_member_is_known_and_of_its_type() {
    for (name, value) in document(&Server::deployed()).await.as_object().expect("an object") {
        let is_list = || value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string));
        let good = (TEXTS.contains(&name.as_str()) && value.is_string())
            || (FLAGS.contains(&name.as_str()) && value.is_boolean())
            || (LISTS.contains(&name.as_str()) && is_list());
        assert!(good, "{name}: {value}");
    }
}

#[tokio::test]
async fn oidcc_discovery_endpoint_verification_its_lists_hold_what_they_must() {
    let document = document(&Server::deployed()).await;
    assert_eq!(texts(&document, "response_types_supported"), ["code"]);
    assert_eq!(texts(&document, "subject_types_supported"), ["public"]);
    assert_eq!(texts(&document, "code_challenge_methods_supported"), ["S256"]);
    assert!(texts(&document, "id_token_signing_alg_values_supported").contains(&"RS256".to_owned()));
    assert!(texts(&document, "grant_types_supported").contains(&"authorization_code".to_owned()));
    for endpoint in ["token", "revocation", "introspection"] {
        let methods = texts(&document, &format!("{endpoint}_endpoint_auth_methods_supported"));
        assert!(methods.contains(&"private_key_jwt".to_owned()), "{endpoint}");
        let algorithms = texts(&document, &format!("{endpoint}_endpoint_auth_signing_alg_values_supported"));
        assert!(["ES256", "PS256", "EdDSA", "RS256"].iter().all(|name| algorithms.contains(&(*name).to_owned())));
        assert!(!algorithms.iter().any(|name| name == "none" || name.starts_with("HS")), "{algorithms:?}");
    }
    for claim in ["sub", "iss", "auth_time", "acr", "name", "email", "address", "phone_number"] {
        assert!(texts(&document, "claims_supported").contains(&claim.to_owned()), "{claim}");
    }
    for absent in ["request_object_signing_alg_values_supported", "claims_locales_supported"] {
        assert!(document.get(absent).is_none(), "{absent} is not built");
    }
}

#[tokio::test]
async fn oidcc_discovery_endpoint_verification_scopes_and_locales_are_well_formed() {
    let document = document(&Server::deployed()).await;
    let scopes = texts(&document, "scopes_supported");
    for scope in ["openid", "profile", "email", "address", "phone", "offline_access"] {
        assert!(scopes.contains(&scope.to_owned()), "{scope}");
    }
    let is_scope_letter = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    assert!(scopes.iter().all(|scope| scope.bytes().all(is_scope_letter)), "RFC 6749 3.3");
    assert!(!scopes.contains(&"admin".to_owned()));
    assert_eq!(texts(&document, "ui_locales_supported"), ["en"], "BCP 47");
}

#[tokio::test]
async fn oidcc_discovery_endpoint_verification_the_jwks_has_a_key_for_each_algorithm() {
    let server = Server::deployed();
    let document = document(&server).await;
    let reply = server.send(Ask::get("/.well-known/jwks.json")).await;
    assert_eq!(document["jwks_uri"], "https://auth.example/.well-known/jwks.json");
    assert_eq!(reply.header("content-type"), "application/json");
    let algorithms: Vec<Value> = jwks(&server).await.iter().map(|key| key["alg"].clone()).collect();
    assert_eq!(json!(algorithms), document["id_token_signing_alg_values_supported"]);
}
