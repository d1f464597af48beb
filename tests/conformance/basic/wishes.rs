//! Parameters that are wishes, or nobody's here: none of them is an error.

use crate::relying_party::{Mode, RelyingParty, SignedIn};
use crate::support::request::Ask;
use crate::support::server::Server;

in_both_modes! {
    oidcc_display_page,
    oidcc_display_popup,
    oidcc_ensure_request_with_unknown_parameter_succeeds,
    oidcc_login_hint_is_filled_in,
    oidcc_ui_locales,
    oidcc_claims_locales,
    oidcc_ensure_request_with_acr_values_succeeds_and_acr_is_one_of_them,
}

async fn with(mode: Mode, changed: &[(&str, &str)]) -> SignedIn {
    let server = Server::seeded().await;
    RelyingParty::new(&server, mode).await.sign_in(changed).await
}

async fn oidcc_display_page(mode: Mode) {
    with(mode, &[("display", "page")]).await;
}

async fn oidcc_display_popup(mode: Mode) {
    with(mode, &[("display", "popup")]).await;
}

async fn oidcc_ensure_request_with_unknown_parameter_succeeds(mode: Mode) {
    with(mode, &[("extra", "foobar")]).await;
}

async fn oidcc_login_hint_is_filled_in(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let page = suite.ask(&[("login_hint", "alice<b>")]).await;
    assert!(page.is_login_page());
    assert!(page.body.contains("name=\"username\" value=\"alice&#60;b&#62;\""), "{}", page.body);
    let reply = suite.go_on(page).await;
    suite.finish(&reply, &[]).await;
}

async fn oidcc_ui_locales(mode: Mode) {
    with(mode, &[("ui_locales", "se")]).await;
}

async fn oidcc_claims_locales(mode: Mode) {
    let signed_in = with(mode, &[("claims_locales", "se"), ("scope", "openid profile")]).await;
    assert_eq!(signed_in.userinfo["name"], "Alice Example");
}

async fn oidcc_ensure_request_with_acr_values_succeeds_and_acr_is_one_of_them(mode: Mode) {
    let server = Server::seeded().await;
    let metadata = server.send(Ask::get("/.well-known/openid-configuration")).await.json();
    let advertised = metadata["acr_values_supported"].as_array().expect("values").clone();
    let joined: Vec<&str> = advertised.iter().filter_map(serde_json::Value::as_str).collect();
    let mut suite = RelyingParty::new(&server, mode).await;
    let signed_in = suite.sign_in(&[("acr_values", &joined.join(" "))]).await;
    assert!(advertised.contains(&signed_in.id_token["acr"]));
    suite.sign_in(&[("acr_values", "1 2")]).await;
}
