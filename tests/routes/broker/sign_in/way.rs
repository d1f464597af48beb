//! The way there and back.

use axum::http::Method;
use ostiary::ports::Clock as _;
use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::flow::{SERVER, WEB};
use crate::support::forge::Jwt;
use crate::support::idp::{METADATA, TOKEN, USER, answer, stored};
use crate::support::log_lines;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::sign_in::{CONNECTIONS, come_back, counted, house, link, press, ready, sign_in, who};

const NONE: Value = Value::Null;

/// On the sign-in page of a request of the client, with these parameters.
async fn asked(browser: &mut Browser<'_>, changed: &[(&str, &str)]) -> Reply {
    let page = browser.open(&SERVER.authorize_path(changed)).await;
    assert!(page.is_login_page(), "{}", page.body);
    page
}

#[tokio::test]
async fn why_a_provider_let_nobody_in_is_told_to_the_log() {
    let server = house(json!({})).await;
    let mut browser = Browser::new(&server);
    let page = asked(&mut browser, &[]).await;
    let begun = press(&mut browser, "/login", &page).await;
    log_lines::capture();
    let state = begun.location_parameter("state").expect("a state");
    let refused = browser.open(&format!("/oauth/callback/idp?error=invalid_scope&state={state}")).await;
    refused.assert_status(502);
    let lines = log_lines::take();
    let told = lines.iter().find(|line| line.contains("\"event\":\"request_refused\""));
    assert!(told.is_some_and(|line| line.contains("invalid_scope")), "{lines:?}");
}

#[tokio::test]
async fn who_linked_an_account_signs_in_by_it_and_comes_back_into_the_request_that_they_came_for() {
    let server = house(json!({})).await;
    assert_eq!(link(&server, "alice", &NONE).await.header("location"), "/account/connections?done=linked");
    server.events.take();
    let mut browser = Browser::new(&server);
    let page = asked(&mut browser, &[("scope", "openid read:tools")]).await;
    assert!(page.body.contains("id=\"sign-in-idp\"") && page.body.contains("<bdi>Example</bdi>"), "{}", page.body);
    assert!(!page.header("content-security-policy").contains("form-action"), "it leads to the provider");
    let begun = press(&mut browser, "/login", &page).await;
    assert_eq!(begun.header("referrer-policy"), "no-referrer");
    let back = come_back(&server, &mut browser, &begun, &NONE).await;
    assert_eq!(back.status, 303, "{}", back.body);
    let consent = browser.open(back.header("location")).await;
    assert_eq!((consent.is_consent_page(), consent.element("signed-in-as")), (true, "alice"));
    let code = browser.answer(&consent, "approve").await.location_parameter("code").expect("a code");
    let tokens = server.send(SERVER.redeem(&code)).await.assert_status(200).json();
    let claims = Jwt::of(tokens["id_token"].as_str().expect("an ID token")).claims;
    assert_eq!((&claims["acr"], &claims["amr"]), (&NONE, &NONE), "nobody here saw a password: {claims}");
    let said = format!("{:?}", server.events.take());
    assert!(said.contains("SignIn") && said.contains("by idp"), "{said}");
}

#[tokio::test]
async fn a_sign_in_asks_for_who_somebody_is_and_keeps_no_token() {
    let server =
        house(json!({ "parameters": { "prompt": "consent", "access_type": "offline", "hd": "x.example" } })).await;
    link(&server, "alice", &NONE).await;
    let mut browser = Browser::new(&server);
    let page = browser.open("/login").await;
    let begun = press(&mut browser, "/login", &page).await;
    let said = |name: &str| begun.location_parameter(name);
    for (name, value) in [
        ("scope", Some("openid profile email")),
        ("code_challenge_method", Some("S256")),
        ("redirect_uri", Some("http://localhost:8787/oauth/callback/idp")),
        ("hd", Some("x.example")),
        ("prompt", None),
        ("access_type", None),
        ("max_age", None),
    ] {
        assert_eq!(said(name).as_deref(), value, "{name}");
    }
    let back = come_back(&server, &mut browser, &begun, &NONE).await;
    assert_eq!(back.header("location"), "/account");
    assert_eq!((who(&mut browser).await.as_str(), stored(&server)), ("alice", (0, 0)));
    let everything = json!(server.remembered()).to_string();
    for secret in ["upstream-access-1", "upstream-refresh-1", &said("state").expect("a state")] {
        assert!(!everything.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_provider_without_id_tokens_is_asked_who_it_is_and_for_no_scope() {
    let server = Server::seeded().await;
    let plain = json!({
        "id": "idp", "kind": "oauth", "client_id": "us", "client_secret": "s", "sign_in": true,
        "authorization_endpoint": "https://idp.example/authorize", "token_endpoint": TOKEN, "userinfo_endpoint": USER,
        "scopes": "repo", "subject_claim": "id", "name_claim": "login",
    });
    crate::support::idp::make(&server, &plain).await;
    let mut alice = crate::support::idp::signed_in(&server, "alice").await;
    let answered = || {
        server.http.answer_json(TOKEN, None, &json!({ "access_token": "upstream-access-1", "token_type": "bearer" }));
        server.http.answer_json(USER, None, &json!({ "id": 7, "login": "alice-there" }));
    };
    let page = alice.open(CONNECTIONS).await;
    let begun = press(&mut alice, CONNECTIONS, &page).await;
    assert_eq!(begun.location_parameter("scope"), None);
    answered();
    alice.open(&answer(&begun, "")).await;
    let mut browser = Browser::new(&server);
    let page = browser.open("/login").await;
    let begun = press(&mut browser, "/login", &page).await;
    answered();
    browser.open(&answer(&begun, "")).await;
    assert_eq!(who(&mut browser).await, "alice");
    let page = asked(&mut browser, &[("prompt", "login")]).await;
    let refused = browser.submit("/login", &page, &[("provider", "idp")]).await;
    assert!(refused.assert_error_page(403, "access_denied").body.contains("cannot be asked for"), "{}", refused.body);
}

#[tokio::test]
async fn a_client_that_wants_a_new_sign_in_gets_one_at_the_provider() {
    let server = house(json!({})).await;
    link(&server, "alice", &NONE).await;
    let now = || server.clock.now().seconds();
    for asked_for in [("prompt", "login"), ("max_age", "60")] {
        let mut browser = Browser::new(&server);
        sign_in(&server, &mut browser, &NONE).await;
        server.advance(120);
        let page = asked(&mut browser, &[asked_for]).await;
        let begun = press(&mut browser, "/login", &page).await;
        let said = |name: &str| begun.location_parameter(name);
        assert_eq!((said("prompt").as_deref(), said("max_age").as_deref()), (Some("login"), Some("0")));
        let old = come_back(&server, &mut browser, &begun, &json!({ "auth_time": now() - 120 })).await;
        assert!(old.assert_error_page(502, "bad_gateway").body.contains("sign in anew"), "{}", old.body);
        let again = browser.open(&old.link()).await;
        let begun = press(&mut browser, "/login", &again).await;
        let back = come_back(&server, &mut browser, &begun, &json!({ "auth_time": now() })).await;
        let consent = browser.open(back.header("location")).await;
        assert!(consent.is_consent_page(), "{asked_for:?}: {}", consent.body);
    }
}

#[tokio::test]
async fn what_the_provider_says_of_when_is_what_clients_are_told() {
    let server = house(json!({})).await;
    link(&server, "alice", &NONE).await;
    let mut browser = Browser::new(&server);
    let earlier = server.clock.now().seconds() - 500;
    sign_in(&server, &mut browser, &json!({ "auth_time": earlier })).await;
    let times = server.database.peek("SELECT auth_time FROM sessions WHERE provider_id = 'idp'");
    assert_eq!(json!(times), json!([{ "auth_time": earlier }]));
    sign_in(&server, &mut browser, &json!({ "auth_time": earlier + 9000 })).await;
    let times = server.database.peek("SELECT auth_time FROM sessions WHERE provider_id = 'idp'");
    assert_eq!(json!(times), json!([{ "auth_time": earlier + 500 }]), "never what is yet to come");
}

#[tokio::test]
async fn a_client_that_insists_on_a_password_is_not_answered_by_a_provider() {
    let server = house(json!({})).await;
    link(&server, "alice", &NONE).await;
    let mut browser = Browser::new(&server);
    let claims = r#"{"id_token":{"acr":{"essential":true,"value":"urn:ostiary:acr:password"}}}"#;
    let page = asked(&mut browser, &[("claims", claims), ("scope", "openid")]).await;
    let begun = press(&mut browser, "/login", &page).await;
    let back = come_back(&server, &mut browser, &begun, &NONE).await;
    let again = browser.open(back.header("location")).await;
    assert!(again.is_login_page(), "{}", again.body);
    assert!(browser.sign_in_on(&again, "alice", "alice").await.is_consent_page());
}

#[tokio::test]
async fn the_button_is_there_only_for_providers_that_an_administrator_allowed_and_that_are_in_use() {
    let server = Server::seeded().await;
    crate::support::idp::make(&server, &crate::support::idp::settings()).await;
    let path = "/admin/api/providers/idp";
    let change = |settings: Value| server.as_admin(Ask::json(Method::PATCH, path, &settings));
    let mut browser = Browser::new(&server);
    for (settings, there) in [
        (json!({}), false),
        (json!({ "sign_in": true }), true),
        (json!({ "enabled": false }), false),
        (json!({ "enabled": true, "sign_in": false }), false),
    ] {
        change(settings.clone()).await.assert_status(200);
        let page = browser.open("/login").await;
        assert_eq!(page.body.contains("id=\"sign-in-idp\""), there, "{settings}");
        if !there {
            let reply = browser.submit("/login", &page, &[("provider", "idp")]).await;
            reply.assert_error_page(404, "not_found");
        }
    }
    change(json!({ "sign_in": true })).await.assert_status(200);
    let closed = server.redeployed(&[("OAUTH_ENABLED", "false")]);
    assert!(!closed.send(Ask::get("/login").accepts_html()).await.body.contains("id=\"sign-in-idp\""));
}

#[tokio::test]
async fn a_provider_that_is_switched_off_meanwhile_signs_in_nobody_and_one_that_goes_takes_its_accounts_along() {
    let server = house(json!({})).await;
    link(&server, "alice", &NONE).await;
    let path = "/admin/api/providers/idp";
    let mut browser = Browser::new(&server);
    let page = browser.open("/login").await;
    let begun = press(&mut browser, "/login", &page).await;
    server.as_admin(Ask::json(Method::PATCH, path, &json!({ "sign_in": false }))).await.assert_status(200);
    come_back(&server, &mut browser, &begun, &NONE).await.assert_error_page(404, "not_found");
    assert_eq!(who(&mut browser).await, "");
    let dependents = server.as_admin(Ask::get(&format!("{path}/dependents"))).await.json();
    assert_eq!(dependents, json!({ "connections": 0, "sign_ins": 1 }));
    server.as_admin(Ask::method(Method::DELETE, path)).await.assert_status(204);
    assert_eq!(counted(&server)[0], 0);
}

#[tokio::test]
async fn too_many_sign_ins_are_begun_by_nobody_and_a_provider_that_cannot_be_asked_is_said_so() {
    let server = house(json!({})).await;
    let mut browser = Browser::new(&server);
    let page = browser.open("/login").await;
    server.http.never_answer(METADATA);
    let reply = browser.submit("/login", &page, &[("provider", "idp")]).await;
    assert!(reply.assert_error_page(502, "bad_gateway").body.contains("cannot be asked"), "{}", reply.body);
    let mut last = None;
    for _ in 0..1000 {
        let reply = browser.submit("/login", &page, &[("provider", "idp")]).await;
        if reply.status == 429 {
            last = Some(reply);
            break;
        }
    }
    let reply = last.expect("at last it is too many");
    assert_eq!(reply.assert_error_page(429, "too_many_requests").header("retry-after"), "60");
    assert_eq!(counted(&server)[1], 0);
}

#[tokio::test]
async fn a_no_at_the_provider_leads_back_to_the_sign_in_page_of_the_same_request() {
    let server = house(json!({})).await;
    let mut browser = Browser::new(&server);
    let page = browser.open(&WEB.authorize_path(&[])).await;
    let begun = press(&mut browser, "/login", &page).await;
    ready(&server, &begun, &NONE);
    let state = begun.location_parameter("state").expect("a state");
    let reply = browser.open(&format!("/oauth/callback/idp?error=access_denied&state={state}")).await;
    reply.assert_error_page(403, "access_denied");
    assert_eq!(reply.element("message-title"), "You are not signed in");
    let again = browser.open(&reply.link()).await;
    assert!(again.is_login_page(), "{}", again.body);
    assert!(browser.sign_in_on(&again, "alice", "alice").await.is_consent_page());
}
