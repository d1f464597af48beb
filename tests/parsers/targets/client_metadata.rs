//! What clients say of themselves: when they register (RFC 7591), and in a document at the URL that is their id.

use ostiary::model::client::GrantType;
use ostiary::protocol::error::{ErrorCode, OAuthError};
use ostiary::protocol::redirect_uri;
use ostiary::protocol::scope::ScopeSet;
use ostiary::service::registration::document;
use ostiary::service::registration::metadata::{KEYS, Metadata};
use serde_json::{Map, Value};

use super::assert_describable;
use super::deployment::config;

pub const SEEDS: &[&[u8]] = &[
    b"{\"redirect_uris\":[\"https://app.example/cb\"]}",
    b"{\"client_id\":\"https://app.example/client.json\",\"client_name\":\"App\",\"redirect_uris\":[\"http://127.0.0.1/cb\",\
      \"com.example.app:/cb\"],\"grant_types\":[\"authorization_code\",\"refresh_token\",\"urn:other\"],\
      \"response_types\":[\"code\",\"token\"],\"token_endpoint_auth_method\":\"none\",\"scope\":\"read:tools other\"}",
    b"{\"redirect_uris\":[\"https://app.example/cb\"],\"token_endpoint_auth_method\":\"client_secret_post\",\"client_name#nl\":\"App\",\
      \"contacts\":[\"a@b\"],\"application_type\":\"web\",\"default_max_age\":60,\"require_auth_time\":true,\
      \"initiate_login_uri\":\"https://app.example/login\",\"id_token_signed_response_alg\":\"RS256\",\"logo_uri\":\"https://a.example/\"}",
    b"{\"redirect_uris\":[\"https://app.example/cb\"],\"token_endpoint_auth_method\":\"private_key_jwt\",\
      \"jwks_uri\":\"https://app.example/keys\",\"token_endpoint_auth_signing_alg\":\"ES256\",\"subject_type\":\"public\"}",
    b"{\"redirect_uris\":[\"https://app.example/cb\"],\"token_endpoint_auth_method\":\"private_key_jwt\",\"jwks\":{\"keys\":[\
      {\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}}",
    b"{\"redirect_uris\":[],\"client_secret\":\"hush\",\"software_statement\":\"a.b.c\",\"grant_types\":[\"client_credentials\"]}",
    b"{\"redirect_uris\":[\"javascript:alert(1)\"],\"userinfo_encrypted_response_alg\":\"x\",\"sector_identifier_uri\":\"\"}",
];

/// Where the document lies.
const ID: &str = "https://app.example/client.json";

pub fn check(data: &[u8]) {
    let Ok(sent) = serde_json::from_slice::<Map<String, Value>>(data) else { return };
    let open: ScopeSet = ["read:tools", "openid", "offline_access"].into_iter().collect();
    match Metadata::read(config(), sent.clone(), &open) {
        Ok(read) => assert_harmless(&read, &sent, &open),
        Err(error) => assert_metadata_error(&error),
    }
    match document::read(config(), ID, sent.clone(), &open) {
        Ok(read) => {
            assert_eq!(sent["client_id"], ID, "it is the client's own");
            assert!(!sent.contains_key("client_secret"), "there is no shared secret in a document");
            assert!(read.public != read.keys.is_some(), "it proves itself by keys, or by nothing");
            assert_harmless(&read, &sent, &open);
        }
        Err(error) => assert_metadata_error(&error),
    }
}

/// RFC 7591 section 3.2.2.
fn assert_metadata_error(error: &OAuthError) {
    assert_describable(error);
    let codes =
        [ErrorCode::InvalidClientMetadata, ErrorCode::InvalidRedirectUri, ErrorCode::UnapprovedSoftwareStatement];
    assert!(codes.contains(&error.code), "{error}");
}

/// Whatever it says: it gets nothing without a person, no scope that is not open, and no answer at an address that cannot be.
fn assert_harmless(read: &Metadata, sent: &Map<String, Value>, open: &ScopeSet) {
    let settings = &read.settings;
    let grants = settings.grant_types.as_deref().expect("grant types");
    assert!(grants.contains(&GrantType::AuthorizationCode) && !grants.contains(&GrantType::ClientCredentials));
    assert_eq!(settings.scope.as_ref().and_then(|scope| scope.first_not_in(open)), None);
    let uris = settings.redirect_uris.as_deref().expect("redirect URIs");
    assert!((1..=32).contains(&uris.len()));
    for uri in uris {
        redirect_uri::validate(uri).expect("a redirect URI");
    }
    assert!(!(read.public && read.keys.is_some()));
    for name in ["client_id", "client_secret", "registration_access_token", "scope", "redirect_uris"] {
        assert!(!read.kept.contains_key(name), "{name} is kept");
    }
    assert!(read.keys.is_none() || KEYS.iter().all(|name| !read.kept.contains_key(*name)));
    let made_here = ["token_endpoint_auth_method", "grant_types", "response_types"];
    for (name, value) in &read.kept {
        assert!(made_here.contains(&name.as_str()) || sent.get(name) == Some(value), "{name} is made up");
    }
    assert!(serde_json::to_string(&read.kept).expect("JSON").len() <= 9 * 1024);
}
