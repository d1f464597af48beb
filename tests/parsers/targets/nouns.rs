//! The JSON of the admin API: what else there is beside clients, users and tools (`registration.rs`, `tool.rs`).

use ostiary::model::provider::{PRESETS, ProviderSettings, is_connect_path, is_provider_id};
use ostiary::model::scope::ScopeSettings;
use ostiary::model::tool_group::ToolGroupSettings;
use ostiary::service::registration::initial_tokens::{InitialTokenSettings, NewInitialToken};
use ostiary::service::resources::{NewResource, ResourceSettings};
use ostiary::service::scope_table::NewScope;
use serde_json::Value;

use super::registration::{Members, read};
use super::repeats;

pub const SEEDS: &[&[u8]] = &[
    b"{\"name\":\"photos\",\"description\":\"See photos\",\"open\":true,\"claims\":[\"picture\"]}",
    b"{\"resource\":\"https://photos.example/api\",\"name\":\"Photos\",\"scope\":\"a b\"}",
    b"{\"name\":\"For the camera\",\"expires_in\":3600}",
    b"{\"name\":\"all\",\"description\":\"\",\"tools\":[\"search\",\"mail\"],\"default_enabled\":false}",
    b"{\"name\":\"Example\",\"kind\":\"oidc\",\"flow\":\"authorization_code\",\"issuer\":\"https://idp.example\",\"client_id\":\"us\",\
      \"client_secret\":\"a-secret-of-ours-that-is-long-enough\",\"client_authentication\":\"body\",\"pkce\":true,\
      \"tolerates_reuse\":false,\"scopes\":\"openid email\",\"parameters\":{\"prompt\":\"consent\"},\"sign_in\":true,\
      \"unknown_accounts\":\"invite\",\"link_by_email\":null,\"enabled\":true}",
    b"{\"kind\":\"oauth\",\"authorization_endpoint\":\"https://a.example/authorize\",\"token_endpoint\":\"https://a.example/token\",\
      \"userinfo_endpoint\":\"https://a.example/me\",\"revocation_endpoint\":\"\",\"jwks_uri\":\"\",\"subject_claim\":\"id\",\
      \"email_claim\":\"mail\",\"name_claim\":\"login\",\"sign_in_scopes\":\"\"}",
    b"/connect/google?ticket=aZ09-_",
];

const PROVIDER: &[&str] = &[
    "name",
    "kind",
    "flow",
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "revocation_endpoint",
    "jwks_uri",
    "client_id",
    "client_secret",
    "client_authentication",
    "pkce",
    "tolerates_reuse",
    "scopes",
    "parameters",
    "subject_claim",
    "email_claim",
    "name_claim",
    "enabled",
    "sign_in",
    "sign_in_scopes",
    "unknown_accounts",
    "link_by_email",
];

pub fn check(data: &[u8]) {
    check_path(data);
    // The extractor lets nothing else through.
    if data.trim_ascii_start().first() != Some(&b'{') {
        return;
    }
    read::<NewScope>(data, &["name", "description", "open", "claims"]);
    read::<NewResource>(data, &["resource", "name", "scope"]);
    read::<ResourceSettings>(data, &["name", "scope"]);
    read::<InitialTokenSettings>(data, &["name"]);
    let token = read::<NewInitialToken>(data, &["name", "expires_in"]);
    assert!(token.is_none_or(|token| token.expires_in.is_none_or(|seconds| seconds.get() > 0)));
    if let Some(settings) = read::<ScopeSettings>(data, &["description", "open", "claims"]) {
        assert_names(data, &settings.names());
    }
    if let Some(settings) = read::<ToolGroupSettings>(data, &["name", "description", "tools", "default_enabled"]) {
        assert_names(data, &settings.names());
    }
    if let Some(settings) = read::<ProviderSettings>(data, PROVIDER) {
        assert_names(data, &settings.names());
        check_provider(&settings);
    }
}

/// The audit log names the members that say something, each once, and no other.
fn assert_names(data: &[u8], line: &str) {
    let Members(members) = Members::of(data);
    let mut said: Vec<&str> =
        members.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str()).collect();
    let mut noted: Vec<&str> = line.split(' ').filter(|name| !name.is_empty()).collect();
    said.sort_unstable();
    noted.sort_unstable();
    assert_eq!(noted, said);
}

/// What is kept of a provider is what was said, over any preset, but for the secret, which is kept elsewhere.
fn check_provider(settings: &ProviderSettings) {
    let written = settings.written();
    let secret = settings.client_secret.as_deref().unwrap_or_default();
    let without = ProviderSettings { client_secret: None, ..settings.clone() };
    assert_eq!(without.written(), written);
    let says_it_elsewhere = repeats(&format!("{without:?}"), secret);
    assert!(says_it_elsewhere || !repeats(&written, secret), "the secret is kept in plain");
    assert_eq!(ProviderSettings::merged(&[&written]).expect("its own text"), without);
    for preset in &PRESETS {
        let merged = ProviderSettings::merged(&[preset.settings, &written]).expect("its own text");
        let merged: Value = serde_json::from_str(&merged.written()).expect("JSON");
        let said: Value = serde_json::from_str(&written).expect("JSON");
        for (name, value) in said.as_object().expect("an object") {
            assert_eq!(&merged[name], value, "what is said later counts");
        }
    }
}

/// A path that leads to our page leads nowhere else.
fn check_path(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if !is_connect_path(text) {
        return;
    }
    let url = url::Url::parse("https://auth.example").expect("a URL").join(text).expect("a path");
    assert_eq!(url.as_str(), format!("https://auth.example{text}"));
    let segments: Vec<&str> = url.path_segments().expect("segments").collect();
    assert!(matches!(segments.as_slice(), ["connect", id] if is_provider_id(id)), "{segments:?}");
}
