//! How many remote hops must follow one another: the table of the design, row by row, warm and in a new isolate.
//!
//! Every twin of something remote waits 10 ms of paused time, so the time a request takes is its depth.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::admin::{access_token, edit_user, make_client, operator};
use crate::support::agent_socket::{AgentSocket, upgrade};
use crate::support::browser::Browser;
use crate::support::client_key;
use crate::support::flow::{self, SERVER, TestClient, WEB};
use crate::support::idp;
use crate::support::keys::set;
use crate::support::made_keys::made;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};
use crate::support::tools::{EVERY_SCOPE, ask, make_tool, switch, token, tool, url, with};

/// The depth of a request that is answered with `status`.
async fn depth(server: &Server, ask: Ask, status: u16) -> u128 {
    let (reply, depth) = server.hops.depth_of(server.send(ask)).await;
    reply.assert_status(status);
    depth
}

async fn depth_of_page(server: &Server, action: impl Future<Output = Reply>, status: u16) -> u128 {
    let (reply, depth) = server.hops.depth_of(action).await;
    reply.assert_status(status);
    depth
}

#[tokio::test(start_paused = true)]
async fn metadata_and_health_ask_nobody_warm_or_cold() {
    let server = Server::seeded().await;
    let documents = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];
    for path in documents.into_iter().chain(["/healthz", "/", "/oauth/logout"]) {
        let isolate = server.fresh_isolate();
        for when in ["cold", "warm"] {
            let status = if path == "/oauth/logout" { 303 } else { 200 };
            assert_eq!(depth(&isolate, Ask::get(path), status).await, 0, "{path}, {when}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_sign_in_page_takes_one_hop_while_its_providers_are_unknown() {
    let server = Server::seeded().await.fresh_isolate();
    for hops in [1, 0] {
        assert_eq!(depth(&server, Ask::get("/login"), 200).await, hops);
    }
}

#[tokio::test(start_paused = true)]
async fn the_published_keys_take_one_hop_cold_and_none_warm_and_one_more_the_first_time_that_a_key_is_seen() {
    let server = Server::new();
    let keys = || Ask::get("/.well-known/jwks.json");
    assert_eq!(depth(&server, keys(), 200).await, 2, "they are not written down yet");
    assert_eq!(depth(&server, keys(), 200).await, 0);
    let isolate = server.fresh_isolate();
    assert_eq!(depth(&isolate, keys(), 200).await, 1);
    assert_eq!(depth(&isolate, keys(), 200).await, 0);
    server.advance(31);
    assert_eq!(depth(&isolate, keys(), 200).await, 1, "what the isolate knows is at most 30 s old");
}

#[tokio::test(start_paused = true)]
async fn client_credentials_take_none_and_one_while_the_client_is_unknown() {
    let server = Server::seeded().await.fresh_isolate();
    let ask = || SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")]);
    assert_eq!(depth(&server, ask(), 200).await, 1);
    assert_eq!(depth(&server, ask(), 200).await, 0);
    server.advance(31);
    assert_eq!(depth(&server, ask(), 200).await, 1, "what the isolate knows is at most 30 s old");
}

#[tokio::test(start_paused = true)]
async fn an_assertion_takes_one_hop_more_but_none_at_introspection_and_three_more_to_fetch_its_keys() {
    const URI: &str = "https://signer.example/jwks.json";
    let server = Server::seeded().await;
    let client = json!({ "client_id": "signer", "client_name": "Signer", "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": URI });
    make_client(&server, client).await;
    server.http.answer_json(URI, None, &client_key::set(&[client_key::ES256]));
    let ask = |path, form: &[(&str, &str)]| client_key::ES256.ask(&server, "signer", path, form);
    let token = || ask("/oauth/token", &[("grant_type", "client_credentials")]);
    let isolate = server.fresh_isolate();
    assert_eq!(depth(&isolate, token(), 200).await, 5, "the row, the right to ask, the address, what it said, the use");
    assert_eq!(depth(&isolate, token(), 200).await, 1);
    assert_eq!(depth(&server.fresh_isolate(), token(), 200).await, 2);
    let access_token = server.send(token()).await.text("access_token");
    assert_eq!(depth(&isolate, ask("/oauth/introspect", &[("token", &access_token)]), 200).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_code_takes_two_hops_warm_and_cold() {
    let server = Server::seeded().await;
    for client in [WEB, SERVER] {
        let (first, second) = (flow::code(&server, &client).await, flow::code(&server, &client).await);
        let isolate = server.fresh_isolate();
        assert_eq!(depth(&isolate, client.redeem(&first), 200).await, 2);
        assert_eq!(depth(&isolate, client.redeem(&second), 200).await, 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_that_kv_does_not_know_takes_no_more() {
    let server = Server::seeded().await;
    let code = flow::code(&server, &WEB).await;
    server.codes.set_blind(true);
    assert_eq!(depth(&server, WEB.redeem(&code), 200).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_takes_one_hop_and_two_while_the_client_is_unknown() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("refresh_token");
    let isolate = server.fresh_isolate();
    assert_eq!(depth(&isolate, WEB.refresh(&token), 200).await, 2);
    assert_eq!(depth(&isolate, WEB.refresh(&token), 200).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_for_a_registered_api_takes_one_more_while_that_is_unknown() {
    let server = Server::seeded().await;
    let photos = "https://photos.example/api";
    let new = json!({ "resource": photos, "name": "Photos" });
    server.as_admin(Ask::json(Method::POST, "/admin/api/resources", &new)).await.assert_status(201);
    let answer = flow::authorize(&mut Browser::new(&server), &WEB, &[("resource", photos)]).await;
    let code = answer.location_parameter("code").expect("a code");
    let token = server.send(WEB.redeem(&code)).await.assert_status(200).text("refresh_token");
    let isolate = server.fresh_isolate();
    assert_eq!(depth(&isolate, WEB.refresh(&token), 200).await, 3);
    assert_eq!(depth(&isolate, WEB.refresh(&token), 200).await, 1);
}

#[tokio::test(start_paused = true)]
async fn introspection_and_revocation_take_one_hop_and_two_while_the_client_is_unknown() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    for member in ["access_token", "refresh_token"] {
        let isolate = server.fresh_isolate();
        assert_eq!(depth(&isolate, SERVER.introspect(&tokens.text(member)), 200).await, 2, "{member}");
        assert_eq!(depth(&isolate, SERVER.introspect(&tokens.text(member)), 200).await, 1, "{member}");
    }
    assert_eq!(depth(&server, WEB.revoke(&tokens.text("access_token")), 200).await, 1);
}

#[tokio::test(start_paused = true)]
async fn an_access_token_costs_the_admin_api_one_hop_warm_and_cold() {
    let server = Server::seeded().await;
    let token = access_token(&server).await;
    let by_operator = Ask::get("/admin/api/users").header("x-admin-token", ADMIN_TOKEN);
    assert_eq!(depth(&server, by_operator, 200).await, 1);
    for isolate in [server.fresh_isolate(), server] {
        assert_eq!(depth(&isolate, Ask::get("/admin/api/users").bearer(&token), 200).await, 2);
    }
}

#[tokio::test(start_paused = true)]
async fn the_bearer_check_takes_one_hop_warm_and_cold() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("access_token");
    server.send(WEB.revoke(&token)).await;
    let isolate = server.fresh_isolate();
    let me = || Ask::get("/api/oauth/clients/me").bearer(&token);
    for when in ["cold", "warm"] {
        assert_eq!(depth(&isolate, me(), 401).await, 1, "the check alone, {when}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_whose_keys_slot_was_overwritten_takes_one_hop_more_cold_and_none_warm() {
    let before = Server::seeded().await;
    let token = flow::tokens(&before, &WEB).await.text("access_token");
    before.send(WEB.revoke(&token)).await;
    let text = set(&made(2));
    let server = before.redeployed(&[("SIGNING_KEYS", &text)]).knowing_its_keys().await;
    let isolate = server.fresh_isolate();
    let me = || Ask::get("/api/oauth/clients/me").bearer(&token);
    assert_eq!(depth(&isolate, me(), 401).await, 2, "the key, then the check");
    assert_eq!(depth(&isolate, me(), 401).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_protected_call_takes_one_hop_and_two_while_what_it_answers_is_unknown() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("access_token");
    let isolate = server.fresh_isolate();
    let me = || Ask::get("/api/oauth/clients/me").bearer(&token);
    assert_eq!(depth(&isolate, me(), 200).await, 2, "the check, and the list itself");
    assert_eq!(depth(&isolate, me(), 200).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_of_a_tool_takes_one_hop_before_the_tools_own_warm_and_cold() {
    let server = Server::seeded().await;
    make_tool(&server, tool("search")).await;
    server.http.answer(&url("search"), 200, "text/plain", b"x");
    let token = token(&server, "alice", EVERY_SCOPE).await;
    switch(&server, &token, "tools/search", Some(true)).await;
    let isolate = server.fresh_isolate();
    for when in ["cold", "warm"] {
        server.hops.take();
        assert_eq!(depth(&isolate, ask(&token, "search", &json!({})), 200).await, 2, "{when}");
        assert_eq!(server.hops.take().last(), Some(&"http"), "{when}");
        assert_eq!(depth(&isolate, ask(&token, "search", &json!({ "q": 1 })), 422).await, 1, "{when}");
        assert_eq!(depth(&isolate, ask(&token, "none", &json!({})), 404).await, 1, "{when}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_lists_of_switches_and_the_module_take_one_hop_and_a_change_two() {
    let server = Server::seeded().await;
    make_tool(&server, tool("search")).await;
    let token = token(&server, "alice", EVERY_SCOPE).await;
    for path in ["/api/users/me/tools", "/api/users/me/tool-groups", "/api/users/me"] {
        assert_eq!(depth(&server, Ask::get(path).bearer(&token), 200).await, 1, "{path}");
    }
    let put = Ask::json(Method::PUT, "/api/users/me/tools/search", &json!({ "enabled": true }));
    assert_eq!(depth(&server, put.bearer(&token), 200).await, 2, "only who may come in may change anything");
}

#[tokio::test(start_paused = true)]
async fn an_agent_asks_in_three_hops_reads_its_session_in_two_and_gets_a_token_in_four() {
    let server = idp::world().await;
    let token = token(&server, "alice", "agent:connect connections:token").await;
    let ask = |method, path: &str, body: Value| Ask::json(method, &format!("/oauth/fastmcp/agent/{path}"), &body);
    let asked = || ask(Method::POST, "authenticate", json!({ "agent_id": "bot", "provider": "idp" })).bearer(&token);
    for (isolate, when) in [(server.fresh_isolate(), "cold"), (server.fresh_isolate(), "cold again")] {
        for when in [when, "warm"] {
            assert_eq!(depth(&isolate, asked(), 200).await, 3, "{when}: the check, the provider, the ticket");
        }
    }
    let url = server.send(asked()).await.text("authorization_url");
    let mut alice = idp::signed_in(&server, "alice").await;
    let page = idp::connect(&server, &mut alice, url.strip_prefix(server.issuer()).expect("ours")).await;
    let session = Ask::get("/oauth/fastmcp/agent/bot/session?provider=idp").bearer(&token);
    assert_eq!(depth(&server, session, 200).await, 2);
    assert_eq!(depth(&server, upgrade().bearer(&token), 101).await, 2, "the check, and the socket's object");
    assert_eq!(depth(&server, upgrade(), 101).await, 1);
    server.sockets.take_opened();
    let mut socket = AgentSocket::with_token(&server, &token).await;
    let params = json!({ "agent_id": "bot", "provider": "idp" });
    let said = server.hops.depth_of(socket.result("oauth/session", params)).await;
    assert_eq!((&said.0["authenticated"], said.1), (&json!(true), 2), "as by HTTP");
    let sent = json!({ "authorization_code": "the-code", "state": page.element("agent-state") });
    let given = ask(Method::POST, "bot/token", sent).bearer(&token);
    assert_eq!(depth(&server, given, 200).await, 4, "the check, the state, the account, its use");
    assert_eq!(depth_of_page(&server, alice.open("/account/connections"), 200).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_not_ours_is_refused_without_a_hop() {
    let server = Server::seeded().await;
    flow::tokens(&server, &WEB).await;
    assert_eq!(depth(&server, Ask::get("/api/oauth/clients/me").bearer("x.y.z"), 401).await, 0);
    let forged = format!("{}.{}", "A".repeat(43), "A".repeat(43));
    assert_eq!(depth(&server, WEB.redeem(&forged), 400).await, 0, "the client is known, the grant id forged");
}

#[tokio::test(start_paused = true)]
async fn authorize_with_consent_known_takes_two_hops_warm_and_cold() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    flow::authorize(&mut browser, &SERVER, &[]).await;
    let path = SERVER.authorize_path(&[]);
    assert_eq!(depth_of_page(&server, browser.open(&path), 303).await, 2);
    let isolate = server.fresh_isolate();
    assert_eq!(depth_of_page(&isolate, moved(&browser, &isolate).open(&path), 303).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_describes_itself_takes_no_more_while_its_document_is_fresh_and_the_fetch_when_it_is_not() {
    let server = Server::seeded().await;
    let app = TestClient {
        id: "https://app.example/client.json",
        secret: None,
        redirect_uri: "https://app.example/callback",
    };
    let document = json!({ "client_id": app.id, "redirect_uris": [app.redirect_uri] });
    server.http.answer_json(app.id, None, &document);
    let mut browser = Browser::new(&server);
    flow::authorize(&mut browser, &app, &[]).await;
    let path = app.authorize_path(&[]);
    assert_eq!(depth_of_page(&server, browser.open(&path), 303).await, 2);
    server.advance(3601);
    // The row is old; the primary says so too; the document; what it says is kept; the code.
    assert_eq!(depth_of_page(&server, browser.open(&path), 303).await, 5);
    assert_eq!(depth_of_page(&server, browser.open(&path), 303).await, 2);
}

/// What a browser holds, in front of another isolate.
fn moved<'a>(browser: &Browser<'_>, isolate: &'a Server) -> Browser<'a> {
    let mut elsewhere = Browser::new(isolate);
    elsewhere.cookies.clone_from(&browser.cookies);
    elsewhere
}

#[tokio::test(start_paused = true)]
async fn a_login_takes_three_hops_warm_and_cold() {
    let server = Server::seeded().await;
    let isolate = server.fresh_isolate();
    let fields = [("username", "alice"), ("password", "alice"), ("action", "sign_in")];
    for when in ["cold", "warm"] {
        let mut browser = Browser::new(&server);
        let page = browser.open(&SERVER.authorize_path(&[])).await;
        let mut browser = moved(&browser, &isolate);
        assert_eq!(depth_of_page(&isolate, browser.submit("/login", &page, &fields), 303).await, 3, "{when}");
    }
}

#[tokio::test(start_paused = true)]
async fn account_pages_take_two_hops_and_one_more_where_objects_are_asked_or_told() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    flow::authorize(&mut browser, &SERVER, &[]).await;
    for (page, hops) in [("", 2), ("/profile", 2), ("/password", 1), ("/sessions", 2), ("/client", 2), ("/apps", 3)] {
        assert_eq!(depth_of_page(&server, browser.open(&format!("/account{page}")), 200).await, hops, "{page}");
    }
    let page = browser.open("/account").await;
    let removed = browser.submit("/account/apps/remove", &page, &[("client_id", SERVER.id)]);
    assert_eq!(depth_of_page(&server, removed, 303).await, 3);
    let new = "a new password";
    let fields = [("current_password", "alice"), ("new_password", new), ("repeat_password", new)];
    let changed = browser.submit("/account/password", &page, &fields);
    assert_eq!(
        depth_of_page(&server, changed, 303).await,
        5,
        "who; the hash; the check; the new hash; all in one batch"
    );
}

#[tokio::test(start_paused = true)]
async fn who_administers_costs_each_admin_page_one_hop_and_a_sign_in_one_or_two() {
    let server = Server::seeded().await;
    let mut browser = operator(&server).await;
    for (page, hops) in [("", 2), ("/settings", 1), ("/audit", 2), ("/token", 1)] {
        assert_eq!(depth_of_page(&server, browser.open(&format!("/admin{page}")), 200).await, hops, "{page}");
    }
    let page = browser.open("/admin").await;
    assert_eq!(depth_of_page(&server, browser.submit("/admin/logout", &page, &[]), 303).await, 2);
    let login = browser.open("/admin/login").await;
    let by_token = browser.submit("/admin/login", &login, &[("token", ADMIN_TOKEN), ("action", "sign_in")]);
    assert_eq!(depth_of_page(&server, by_token, 303).await, 1, "the session");
    edit_user(&server, "alice", json!({ "role": "admin" })).await;
    server.advance(1);
    let mut alice = Browser::new(&server);
    alice.sign_in("alice", "alice").await;
    let login = alice.open("/admin/login").await;
    let go_on = alice.submit("/admin/login", &login, &[("action", "continue")]);
    assert_eq!(depth_of_page(&server, go_on, 303).await, 2, "the person, and the session");
}

#[tokio::test(start_paused = true)]
async fn an_admin_token_that_set_up_made_costs_the_admin_api_one_hop_more_and_an_access_token_nothing() {
    let server = Server::seeded().await;
    let token = access_token(&server).await;
    let without = server.redeployed(&[("ADMIN_TOKEN", "")]);
    let mut browser = Browser::new(&without);
    let page = browser.open("/setup").await;
    let made = browser.submit("/setup", &page, &[]).await.element("admin-token").to_owned();
    for (ask, hops) in [
        (Ask::get("/admin/api/users").header("x-admin-token", &made), 2),
        (Ask::get("/admin/api/users").bearer(&made), 2),
        (Ask::get("/admin/api/users").bearer(&token), 2),
    ] {
        assert_eq!(depth(&without, ask, 200).await, hops);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_the_consent_page_takes_two_hops_warm_and_cold() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let isolate = server.fresh_isolate();
    for when in ["cold", "warm"] {
        let page = browser.open(&WEB.authorize_path(&[])).await;
        page.assert_status(200);
        let mut browser = moved(&browser, &isolate);
        assert_eq!(depth_of_page(&isolate, browser.answer(&page, "approve"), 303).await, 2, "{when}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_with_a_connection_takes_one_hop_more_than_any_and_a_renewal_stands_alone() {
    let server = idp::world().await;
    let authentication = json!({ "connection": { "provider": "idp", "scopes": "mail:read" } });
    make_tool(&server, with(tool("mail"), &json!({ "authentication": authentication }))).await;
    server.http.answer(&url("mail"), 200, "text/plain", b"letters");
    let mut browser = idp::signed_in(&server, "alice").await;
    idp::connect(&server, &mut browser, "/connect/idp").await.assert_status(200);
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    switch(&server, &alice, "tools/mail", Some(true)).await;
    for noted in ["now", "already"] {
        let call = ask(&alice, "mail", &json!({}));
        assert_eq!(depth(&server, call, 200).await, 3, "token and tool, connection and provider, the tool; {noted}");
    }
    server.advance(3600);
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    let tokens =
        json!({ "access_token": "upstream-access-2", "refresh_token": "upstream-refresh-2", "expires_in": 3600 });
    server.http.answer_json(idp::TOKEN, None, &tokens);
    let call = ask(&alice, "mail", &json!({}));
    let why = "the object, its row, the provider's, that one's description, the claim, the refresh, the write";
    assert_eq!(depth(&server, call, 200).await, 3 + 7, "{why}");
    assert_eq!(depth(&server, ask(&alice, "mail", &json!({})), 200).await, 3);
}

/// A browser in which alice has signed in for demo-server, and its tokens.
async fn signed_in<'a>(server: &'a Server, changed: &[(&str, &str)]) -> (Browser<'a>, Reply) {
    let mut browser = Browser::new(server);
    let reply = flow::authorize(&mut browser, &SERVER, changed).await;
    let code = reply.location_parameter("code").expect("a code");
    let tokens = server.send(SERVER.redeem(&code)).await;
    (browser, tokens)
}

#[tokio::test(start_paused = true)]
async fn userinfo_takes_one_hop_warm_and_cold() {
    let server = Server::seeded().await;
    let (_, tokens) = signed_in(&server, &[("scope", "openid email")]).await;
    let isolate = server.fresh_isolate();
    for when in ["cold", "warm"] {
        let ask = Ask::get("/oauth/userinfo").bearer(&tokens.text("access_token"));
        assert_eq!(depth(&isolate, ask, 200).await, 1, "{when}");
    }
}

#[tokio::test(start_paused = true)]
async fn openid_makes_no_exchange_deeper() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let mut code = async || {
        let reply = flow::authorize(&mut browser, &SERVER, &[("scope", "openid email")]).await;
        reply.location_parameter("code").expect("a code")
    };
    let (first, second) = (code().await, code().await);
    let isolate = server.fresh_isolate();
    for code in [first, second] {
        assert_eq!(depth(&isolate, SERVER.redeem(&code), 200).await, 2);
    }
    let (_, tokens) = signed_in(&server, &[("scope", "openid email")]).await;
    let token = tokens.text("refresh_token");
    let isolate = server.fresh_isolate();
    assert_eq!(depth(&isolate, SERVER.refresh(&token), 200).await, 2);
    assert_eq!(depth(&isolate, SERVER.refresh(&token), 200).await, 1);
}

#[tokio::test(start_paused = true)]
async fn claims_by_name_in_the_id_token_cost_one_hop_more() {
    let server = Server::seeded().await;
    let asked = [("scope", "openid"), ("claims", r#"{"id_token":{"email":null}}"#)];
    let reply = flow::authorize(&mut Browser::new(&server), &SERVER, &asked).await;
    let isolate = server.fresh_isolate();
    let code = reply.location_parameter("code").expect("a code");
    assert_eq!(depth(&isolate, SERVER.redeem(&code), 200).await, 3);
}

#[tokio::test(start_paused = true)]
async fn authorize_with_a_hint_or_a_prompt_takes_no_more() {
    let server = Server::seeded().await;
    let (mut browser, tokens) = signed_in(&server, &[("scope", "openid")]).await;
    let hint = tokens.text("id_token");
    let path = SERVER.authorize_path(&[("scope", "openid"), ("prompt", "none"), ("id_token_hint", &hint)]);
    assert_eq!(depth_of_page(&server, browser.open(&path), 303).await, 2);
    let isolate = server.fresh_isolate();
    assert_eq!(depth_of_page(&isolate, moved(&browser, &isolate).open(&path), 303).await, 2);
    let refused = SERVER.authorize_path(&[("scope", "openid"), ("prompt", "none"), ("max_age", "0")]);
    server.advance(1);
    assert_eq!(depth_of_page(&server, browser.open(&refused), 303).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_clients_logout_takes_one_hop_to_ask_and_two_to_sign_out_and_one_more_to_tell_the_grants() {
    let server = Server::seeded().await;
    for (scope, hops) in [("openid offline_access", 2), ("openid", 3)] {
        for isolate in [&server.fresh_isolate(), &server] {
            let (browser, tokens) = signed_in(&server, &[("scope", scope)]).await;
            let mut browser = moved(&browser, isolate);
            assert_eq!(depth_of_page(isolate, browser.open("/oauth/logout"), 200).await, 1, "{scope}");
            let path = format!("/oauth/logout?id_token_hint={}", tokens.text("id_token"));
            assert_eq!(depth_of_page(isolate, browser.open(&path), 303).await, hops, "{scope}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_lives_is_counted_in_one_hop() {
    let server = Server::seeded().await.fresh_isolate();
    let stats = || Ask::get("/oauth/stats").header("x-admin-token", ADMIN_TOKEN);
    for when in ["cold", "warm"] {
        assert_eq!(depth(&server, stats(), 200).await, 1, "{when}");
    }
}
