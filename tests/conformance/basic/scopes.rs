//! What each scope releases, and claims by name.

use serde_json::Value;

use crate::relying_party::{Mode, RelyingParty, SignedIn};
use crate::support::request::Ask;
use crate::support::server::Server;

in_both_modes! {
    oidcc_scope_profile_releases_its_claims_and_no_others,
    oidcc_scope_email_releases_its_claims_and_no_others,
    oidcc_scope_address_releases_its_claim_and_no_other,
    oidcc_scope_phone_releases_its_claims_and_no_others,
    oidcc_scope_all_releases_every_claim,
    oidcc_claims_essential_gives_the_name_at_userinfo_and_not_in_the_id_token,
}

/// OpenID Connect Core 5.4.
const PROFILE: &[&str] = &[
    "birthdate",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
];
const EMAIL: &[&str] = &["email", "email_verified"];
const ADDRESS: &[&str] = &["address"];
const PHONE: &[&str] = &["phone_number", "phone_number_verified"];

/// Signs in with `openid` and `scopes`: UserInfo has these claims, the ID token none of them.
async fn released(mode: Mode, scopes: &[&str], expected: &[&[&str]]) -> SignedIn {
    let server = Server::seeded().await;
    let metadata = server.send(Ask::get("/.well-known/openid-configuration")).await.json();
    for scope in scopes {
        let supported = metadata["scopes_supported"].as_array().expect("scopes");
        assert!(supported.contains(&(*scope).into()), "{scope}");
    }
    let scope = format!("openid {}", scopes.join(" "));
    let signed_in = RelyingParty::new(&server, mode).await.sign_in(&[("scope", &scope)]).await;
    let mut expected: Vec<&str> = expected.concat();
    assert!(expected.iter().all(|name| signed_in.id_token.get(name).is_none()));
    expected.push("sub");
    expected.sort_unstable();
    let told: Vec<&String> = signed_in.userinfo.as_object().expect("an object").keys().collect();
    assert_eq!(told, expected);
    signed_in
}

async fn oidcc_scope_profile_releases_its_claims_and_no_others(mode: Mode) {
    let signed_in = released(mode, &["profile"], &[PROFILE]).await;
    assert_eq!(signed_in.userinfo["name"], "Alice Example");
    assert_eq!(signed_in.userinfo["preferred_username"], "alice");
}

async fn oidcc_scope_email_releases_its_claims_and_no_others(mode: Mode) {
    let signed_in = released(mode, &["email"], &[EMAIL]).await;
    assert_eq!(signed_in.userinfo["email"], "alice@example.com");
    assert_eq!(signed_in.userinfo["email_verified"], true);
}

async fn oidcc_scope_address_releases_its_claim_and_no_other(mode: Mode) {
    let signed_in = released(mode, &["address"], &[ADDRESS]).await;
    assert_eq!(signed_in.userinfo["address"]["country"], "NL");
}

async fn oidcc_scope_phone_releases_its_claims_and_no_others(mode: Mode) {
    let signed_in = released(mode, &["phone"], &[PHONE]).await;
    assert_eq!(signed_in.userinfo["phone_number"], "+31 20 555 0100");
    assert_eq!(signed_in.userinfo["phone_number_verified"], false);
}

async fn oidcc_scope_all_releases_every_claim(mode: Mode) {
    released(mode, &["profile", "email", "address", "phone"], &[PROFILE, EMAIL, ADDRESS, PHONE]).await;
}

async fn oidcc_claims_essential_gives_the_name_at_userinfo_and_not_in_the_id_token(mode: Mode) {
    let server = Server::seeded().await;
    let claims = r#"{"userinfo":{"name":{"essential":true}}}"#;
    let signed_in = RelyingParty::new(&server, mode).await.sign_in(&[("claims", claims)]).await;
    assert_eq!(signed_in.userinfo["name"], "Alice Example");
    assert_eq!(signed_in.userinfo.as_object().map(serde_json::Map::len), Some(2), "the others of profile stay untold");
    assert_eq!(signed_in.id_token.get("name"), None::<&Value>);
}
