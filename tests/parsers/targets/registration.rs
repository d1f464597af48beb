//! The JSON of the admin API: clients and users, new and changed.

use std::fmt;

use ostiary::model::client_settings::ClientSettings;
use ostiary::service::clients::NewClient;
use ostiary::service::users::{NewUser, UserSettings};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::Value;

pub const SEEDS: &[&[u8]] = &[
    b"{\"client_id\":\"a\",\"public\":true,\"client_name\":\"A\",\"redirect_uris\":[\"https://a/cb\"],\"scope\":\"a b\"}",
    b"{\"client_name\":\"A\",\"client_uri\":\"\",\"logo_uri\":null,\"policy_uri\":\"https://a/\",\"tos_uri\":\"https://a/\",\
      \"grant_types\":[\"authorization_code\",\"refresh_token\",\"client_credentials\"],\"consent_policy\":\"skip\",\
      \"require_pkce\":false,\"first_party\":true,\"resource_server\":true,\"resources\":[\"https://a/\"],\"disabled\":false}",
    b"{\"client_name\":\"A\",\"token_endpoint_auth_method\":\"private_key_jwt\",\"jwks\":{\"keys\":[]},\
      \"jwks_uri\":\"https://a/keys\",\"token_endpoint_auth_signing_alg\":\"Ed25519\"}",
    b"{\"name\":\"alice\",\"password\":\"12345678\",\"role\":\"admin\"}",
    b"{\"name\":\"alice\",\"role\":null,\"disabled\":true}",
    b"{\"client_name\":\"A\",\"client_id\":\"a\",\"client_id\":\"b\",\"x\":1}",
];

const CLIENT: &[&str] = &[
    "client_name",
    "client_uri",
    "logo_uri",
    "policy_uri",
    "tos_uri",
    "redirect_uris",
    "grant_types",
    "scope",
    "consent_policy",
    "require_pkce",
    "first_party",
    "resource_server",
    "resources",
    "token_endpoint_auth_method",
    "jwks",
    "jwks_uri",
    "token_endpoint_auth_signing_alg",
    "disabled",
];

pub fn check(data: &[u8]) {
    // The extractor lets nothing else through.
    if data.trim_ascii_start().first() != Some(&b'{') {
        return;
    }
    if let Some(settings) = read::<ClientSettings>(data, CLIENT) {
        let members = Members::of(data);
        let said = members.0.iter().filter(|(name, value)| CLIENT.contains(&name.as_str()) && !value.is_null());
        let mut said: Vec<&str> = said.map(|(name, _)| name.as_str()).collect();
        let line = settings.names();
        let mut noted: Vec<&str> = line.split(' ').filter(|name| !name.is_empty()).collect();
        said.sort_unstable();
        noted.sort_unstable();
        assert_eq!(noted, said);
    }
    if let Some(new) = read::<NewClient>(data, &[CLIENT, &["client_id", "public"]].concat()) {
        let members = Members::of(data);
        assert_eq!(new.client_id.as_deref(), members.get("client_id").and_then(Value::as_str));
        assert_eq!(new.public, members.get("public").and_then(Value::as_bool).unwrap_or(false));
        assert_eq!(new.settings.client_name.as_deref(), members.get("client_name").and_then(Value::as_str));
    }
    if let Some(new) = read::<NewUser>(data, &["name", "password", "role"]) {
        assert_eq!(Some(new.name.as_str()), Members::of(data).get("name").and_then(Value::as_str));
    }
    read::<UserSettings>(data, &["name", "password", "role", "disabled"]);
}

/// What is read has no member that is unknown or there twice: the one who looks at it and the one who reads it may take
/// different ones.
pub(super) fn read<T: DeserializeOwned>(data: &[u8], known: &[&str]) -> Option<T> {
    let read = serde_json::from_slice::<T>(data).ok()?;
    let Members(members) = Members::of(data);
    for (at, (name, _)) in members.iter().enumerate() {
        assert!(known.contains(&name.as_str()), "{name} is unknown");
        assert!(members[..at].iter().all(|(earlier, _)| earlier != name), "{name} is there twice");
    }
    Some(read)
}

/// Every member of an object, in order.
pub(super) struct Members(pub Vec<(String, Value)>);

impl Members {
    pub(super) fn of(data: &[u8]) -> Self {
        serde_json::from_slice(data).expect("an object")
    }

    fn get(&self, wanted: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == wanted).map(|(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        from.deserialize_map(All)
    }
}
