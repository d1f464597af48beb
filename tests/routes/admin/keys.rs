//! `/admin/api/keys`: what is shown of the signing keys, and who may be promoted and retired when.

use axum::http::Method;
use ostiary::model::audit::EventKind;
use serde_json::{Value, json};

use crate::support::admin::{access_token, change_key, show};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::forge::{Jwt, es256_kid, rs256_kid};
use crate::support::keys::set;
use crate::support::made_keys::made;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const MINUTE: u64 = 60;

/// A server whose other slot has just got a second set, and the names of its keys.
async fn with_a_spare_set() -> (Server, [String; 2]) {
    let spare = made(2);
    let text = set(&spare);
    let server = Server::seeded().await.redeployed(&[("SIGNING_KEYS_NEXT", &text)]).knowing_its_keys().await;
    (server, [spare[0].0.clone(), spare[1].0.clone()])
}

async fn change(server: &Server, kid: &str, change: &str) -> Reply {
    server.send(change_key(kid, change)).await
}

/// What is shown of each key, in their order.
async fn list(server: &Server) -> Vec<Value> {
    show(server, "/admin/api/keys").await["keys"].as_array().expect("keys").clone()
}

fn members<'a>(keys: &'a [Value], name: &str) -> Vec<&'a str> {
    keys.iter().map(|key| key[name].as_str().unwrap_or("none")).collect()
}

async fn published(server: &Server) -> Vec<Value> {
    let set = server.send(Ask::get("/.well-known/jwks.json")).await.assert_status(200).json();
    set["keys"].as_array().expect("keys").clone()
}

#[tokio::test]
async fn keys_are_shown_in_the_order_of_the_settings_with_what_each_does_and_are_those_that_are_published() {
    let (server, spare) = with_a_spare_set().await;
    let keys = list(&server).await;
    assert_eq!(members(&keys, "kid"), [&es256_kid(), &rs256_kid(), &spare[0], &spare[1]]);
    assert_eq!(members(&keys, "alg"), ["ES256", "RS256", "ES256", "RS256"]);
    assert_eq!(members(&keys, "state"), ["signing", "signing", "published", "published"]);
    let slots = ["SIGNING_KEYS", "SIGNING_KEYS", "SIGNING_KEYS_NEXT", "SIGNING_KEYS_NEXT"];
    assert_eq!(members(&keys, "slot"), slots);
    assert_eq!(members(&keys, "since"), ["2027-01-15T08:00:00Z"; 4]);
    let from = "2027-01-15T08:06:00Z";
    assert_eq!(members(&keys, "promotable_from"), ["none", "none", from, from]);
    assert_eq!(members(&keys, "until"), ["none"; 4]);
    let words = members(&keys, "explanation");
    assert_eq!(words[1], "It signs by RS256: the first such key of the settings, as none was promoted.");
    assert!(words[2].ends_with("Whoever verifies may keep the set without it for some minutes: promote it then."));
    let public: Vec<&Value> = keys.iter().map(|key| &key["public_key"]).collect();
    assert_eq!(public, published(&server).await.iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_key_is_promoted_when_it_has_been_published_for_six_minutes_and_not_before() {
    let (server, [spare, _]) = with_a_spare_set().await;
    server.advance(6 * MINUTE - 1);
    let early = change(&server, &spare, "promote").await;
    let words = "this key is published since 2027-01-15T08:00:00Z only, and whoever verifies may not know it yet; promote it at \
                 2027-01-15T08:06:00Z or later";
    early.assert_says(409, "conflict", words);
    assert_eq!(members(&list(&server).await, "state"), ["signing", "signing", "published", "published"]);
    server.advance(1);
    let shown = change(&server, &spare, "promote").await.assert_status(200).json();
    assert_eq!((&shown["state"], &shown["since"]), (&json!("signing"), &json!("2027-01-15T08:06:00Z")));
    assert_eq!(shown["explanation"], "It signs by ES256: an administrator promoted it.");
    let keys = list(&server).await;
    assert_eq!(members(&keys, "state"), ["published", "signing", "signing", "published"], "one of each algorithm");
    assert_eq!(keys[0]["until"], "2027-01-15T08:41:30Z", "half an hour after the last isolate may have signed");
    assert!(
        members(&keys, "explanation")[0].starts_with("It signed until another took over. Its slot may be overwritten")
    );
    server.advance(36 * MINUTE);
    assert!(members(&list(&server).await, "explanation")[0].starts_with("It signed once, and the last token"));
    let back = change(&server, &es256_kid(), "promote").await.assert_status(200).json();
    assert_eq!((&back["state"], &back["until"]), (&json!("signing"), &Value::Null));
}

#[tokio::test]
async fn what_cannot_sign_is_not_promoted_and_what_signs_is_not_retired() {
    let (server, [spare, spare_rs256]) = with_a_spare_set().await;
    server.advance(6 * MINUTE);
    let first = set(&made(2));
    let overwritten = server.redeployed(&[("SIGNING_KEYS", &first)]);
    let nowhere = "this key is in neither SIGNING_KEYS nor SIGNING_KEYS_NEXT any more, so it cannot sign";
    change(&overwritten, &es256_kid(), "promote").await.assert_says(409, "conflict", nowhere);
    let signs = "this key signs; promote another one for its algorithm first";
    for kid in [&es256_kid(), &rs256_kid()] {
        change(&server, kid, "retire").await.assert_says(409, "conflict", signs);
    }
    change(&server, &spare_rs256, "retire").await.assert_status(200);
    change(&server, &spare_rs256, "promote").await.assert_says(
        409,
        "conflict",
        "this key is retired, and never signs again",
    );
    for what in ["promote", "retire"] {
        let unknown = change(&server, "nobody", what).await;
        unknown.assert_says(404, "not_found", "there is no signing key of this kid");
    }
    change(&server, &spare, "promote").await.assert_status(200);
    change(&server, &spare, "retire").await.assert_says(409, "conflict", signs);
    change(&server, &es256_kid(), "retire").await.assert_status(200);
    assert_eq!(members(&list(&server).await, "state"), ["retired", "signing", "signing", "retired"]);
}

#[tokio::test]
async fn changes_of_keys_are_told_to_the_audit_log_once() {
    let (server, [spare, _]) = with_a_spare_set().await;
    server.advance(6 * MINUTE);
    server.events.take();
    change(&server, &spare, "promote").await.assert_status(200);
    for _ in 0..2 {
        change(&server, &es256_kid(), "retire").await.assert_status(200);
    }
    change(&server, &spare, "retire").await.assert_status(409);
    let told: Vec<_> = server.events.take().into_iter().map(|event| (event.kind, event.actor, event.reason)).collect();
    let event = |kind, kid: &str| (kind, Some("admin".to_owned()), Some(format!("ES256 {kid}")));
    let (promoted, retired) = (EventKind::SigningKeyPromoted, EventKind::SigningKeyRetired);
    assert_eq!(told, [event(promoted, &spare), event(retired, &es256_kid())]);
}

#[tokio::test]
async fn only_administrators_see_or_change_keys() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("access_token");
    for (method, path) in [(Method::GET, String::new()), (Method::POST, format!("/{}/promote", es256_kid()))] {
        let ask = || Ask::method(method.clone(), &format!("/admin/api/keys{path}"));
        server.send(ask()).await.assert_error(401, "invalid_token");
        server.send(ask().header("x-admin-token", "wrong-token-of-somebody")).await.assert_error(401, "invalid_token");
        server.send(ask().bearer(&token)).await.assert_error(403, "insufficient_scope");
    }
    let administrator = access_token(&server).await;
    let promote = Ask::method(Method::POST, &format!("/admin/api/keys/{}/promote", es256_kid()));
    server.send(promote.bearer(&administrator)).await.assert_status(200);
}

/// What was issued before a key was retired, and whether it counts.
struct Held<'a> {
    browser: Browser<'a>,
    access_token: String,
    own_token: String,
    id_token: String,
}

impl<'a> Held<'a> {
    async fn by(server: &'a Server) -> Self {
        let mut browser = Browser::new(server);
        let code = flow::authorize(&mut browser, &SERVER, &[("scope", "openid read:tools")]).await;
        let tokens = server.send(SERVER.redeem(&code.location_parameter("code").expect("a code"))).await;
        let own = server.send(SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")])).await;
        let (access_token, id_token) = (tokens.text("access_token"), tokens.text("id_token"));
        Self { browser, access_token, own_token: own.text("access_token"), id_token }
    }

    /// Whether everything counts, or nothing does, at this isolate.
    async fn counts(&self, isolate: &Server) -> bool {
        let good = flow::is_active(isolate, &self.access_token).await;
        assert_eq!(flow::is_active(isolate, &self.own_token).await, good);
        for path in ["/oauth/userinfo", "/api/oauth/clients/me"] {
            let reply = isolate.send(Ask::get(path).bearer(&self.access_token)).await;
            assert_eq!(reply.status, if good { 200 } else { 401 }, "{path}: {}", reply.body);
        }
        let mut browser = Browser::new(isolate);
        browser.cookies.clone_from(&self.browser.cookies);
        let hint = [("scope", "openid"), ("prompt", "none"), ("id_token_hint", self.id_token.as_str())];
        let answer = browser.open(&SERVER.authorize_path(&hint)).await;
        assert_eq!(answer.location_parameter("code").is_some(), good, "{}", answer.header("location"));
        if !good {
            assert_eq!(answer.location_parameter("error").as_deref(), Some("invalid_request"));
            let page = browser.open(&format!("/oauth/logout?id_token_hint={}", self.id_token)).await;
            assert!(page.body.contains("id=\"sign-out-form\""), "the person is asked, as without a hint");
        }
        good
    }
}

#[tokio::test]
async fn what_a_retired_key_signed_is_refused_everywhere_within_half_a_minute_and_refresh_tokens_live_on() {
    let (server, [spare, _]) = with_a_spare_set().await;
    server.advance(6 * MINUTE);
    let refresh_token = flow::tokens(&server, &WEB).await.text("refresh_token");
    let held = Held::by(&server).await;
    let elsewhere = server.fresh_isolate();
    change(&server, &spare, "promote").await.assert_status(200);
    assert!(held.counts(&server).await && held.counts(&elsewhere).await, "promoting takes nothing back");

    server.advance(20);
    let retired = change(&server, &es256_kid(), "retire").await.assert_status(200).json();
    assert_eq!((&retired["state"], &retired["slot"]), (&json!("retired"), &json!("SIGNING_KEYS")));
    assert!(retired["explanation"].as_str().expect("words").contains("no token that it signed is accepted"));
    assert!(!held.counts(&server).await);
    server.advance(10);
    assert!(!held.counts(&elsewhere).await, "what it knew is 30 s old");
    for isolate in [&server, &elsewhere, &server.fresh_isolate()] {
        assert!(published(isolate).await.iter().all(|key| key["kid"] != json!(es256_kid())));
    }
    let new = server.send(WEB.refresh(&refresh_token)).await.assert_status(200).text("access_token");
    assert_eq!(Jwt::of(&new).header["kid"], json!(spare));
    assert!(flow::is_active(&server, &new).await);

    // Nor does it count when its slot is overwritten, and it stays retired when it is put back.
    let text = set(&made(2));
    let without = server.redeployed(&[("SIGNING_KEYS", &text)]);
    assert!(!held.counts(&without).await);
    without.advance(30 * 24 * 60 * MINUTE);
    without.clean_up().await;
    assert!(!members(&list(&without).await, "kid").contains(&rs256_kid().as_str()), "forgotten");
    let put_back = server.redeployed(&[("SIGNING_KEYS_NEXT", &text)]);
    let keys = list(&put_back).await;
    assert_eq!(members(&keys, "state")[..2], ["retired", "published"]);
}

/// An administrator's own token is no exception, and a client cannot make us remember what is none of its tokens.
#[tokio::test]
async fn a_retired_keys_token_opens_no_admin_api_and_revokes_nothing() {
    let (server, [spare, _]) = with_a_spare_set().await;
    server.advance(6 * MINUTE);
    let administrator = access_token(&server).await;
    let own =
        server.send(SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")])).await.text("access_token");
    change(&server, &spare, "promote").await.assert_status(200);
    change(&server, &es256_kid(), "retire").await.assert_status(200);
    for isolate in [&server, &server.fresh_isolate()] {
        let reply = isolate.send(Ask::get("/admin/api/users").bearer(&administrator)).await;
        reply.assert_error(401, "invalid_token");
        isolate.send(SERVER.revoke(&own)).await.assert_status(200);
    }
    assert!(server.database.peek("SELECT jti FROM revoked_tokens").is_empty());
}
