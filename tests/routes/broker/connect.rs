use axum::http::Method;
use ostiary::protocol::pkce;
use serde_json::{Value, json};

use crate::support::client_key::{ES256, NEXT, set};
use crate::support::idp::{
    self, JWKS, METADATA, SECRETS, TOKEN, USER, answer, begin, claims, connect, id_token, make, metadata, signed_in,
    stored, tokens, world,
};
use crate::support::request::Ask;
use crate::support::server::Server;

const PAGE: &str = "Authorization successful! You can close this window.";

#[tokio::test]
async fn our_page_says_what_is_linked_and_the_request_at_the_provider_is_bound_to_its_answer() {
    let server = world().await;
    let mut alice = signed_in(&server, "alice").await;
    let page = alice.open("/connect/idp").await;
    assert_eq!(page.element("connect-title"), "Connect");
    for said in ["<bdi>Example</bdi>", "<code>mail:read</code>", "See your e-mail address there", "<bdi>alice</bdi>"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let policy = page.header("content-security-policy");
    assert!(!policy.contains("form-action") && policy.contains("script-src 'self'"), "{policy}");
    let begun = begin(&mut alice, "/connect/idp").await;
    assert_eq!(begun.header("referrer-policy"), "no-referrer");
    let said = |name: &str| begun.location_parameter(name);
    let expected = [
        ("tenant", "1"),
        ("response_type", "code"),
        ("client_id", "us"),
        ("scope", "openid email mail:read"),
        ("redirect_uri", "http://localhost:8787/oauth/callback/idp"),
        ("code_challenge_method", "S256"),
        ("prompt", "consent"),
    ];
    for (name, value) in expected {
        assert_eq!(said(name).as_deref(), Some(value), "{name}");
    }
    let token = id_token(ES256, &claims(&server, &said("nonce").expect("a nonce")));
    server.http.answer_json(TOKEN, None, &tokens(&token));
    server.http.take_sent();
    let done = alice.open(&answer(&begun, "&iss=https://idp.example")).await;
    done.assert_status(200);
    assert_eq!((done.element("message-title"), done.element("message-text")), ("Example is connected", PAGE));
    let reloaded = alice.open(&answer(&begun, "&iss=https://idp.example")).await;
    let text = reloaded.assert_error_page(400, "invalid_request").element("message-text");
    assert!(text.contains("What is connected stands under Connections"), "{text}");
    let sent = server.http.take_sent().remove(0);
    let form: Vec<(String, String)> =
        url::form_urlencoded::parse(sent.body.expect("a form").as_bytes()).into_owned().collect();
    let verifier = &form.iter().find(|(name, _)| name == "code_verifier").expect("a verifier").1;
    assert_eq!(Some(pkce::s256(verifier)), said("code_challenge"));
    assert!(form.contains(&("code".to_owned(), "the-code".to_owned())));
    assert!(sent.headers.contains(&("authorization".to_owned(), "Basic dXM6aWRwLXNlY3JldA==".to_owned())));
}

#[tokio::test]
async fn what_was_connected_is_stored_sealed_for_its_user_and_provider_and_nothing_lies_in_plain() {
    let server = world().await;
    let mut alice = signed_in(&server, "alice").await;
    connect(&server, &mut alice, "/connect/idp").await.assert_status(200);
    assert_eq!(stored(&server), (1, 0));
    let rows = json!(server.database.peek("SELECT * FROM connections"));
    let row = &rows[0];
    for (member, value) in [
        ("provider_id", "idp"),
        ("provider_user_id", "alice-there"),
        ("email", "alice@idp.example"),
        ("name", "Alice There"),
        ("scopes", "openid email mail:read"),
        ("status", "active"),
    ] {
        assert_eq!(row[member], value, "{rows}");
    }
    let everything = json!(server.remembered()).to_string();
    for secret in SECRETS {
        assert!(!everything.contains(secret), "{secret}");
    }
    let events = format!("{:?}", server.events.take());
    assert!(events.contains("ConnectionMade") && SECRETS.iter().all(|secret| !events.contains(secret)), "{events}");
}

#[tokio::test]
async fn a_key_that_is_new_at_the_provider_is_fetched_for_the_token_it_signed() {
    let server = world().await;
    let mut alice = signed_in(&server, "alice").await;
    connect(&server, &mut alice, "/connect/idp").await.assert_status(200);
    let begun = begin(&mut alice, "/connect/idp").await;
    let nonce = begun.location_parameter("nonce").expect("a nonce");
    server.http.answer_json(JWKS, None, &set(&[ES256, NEXT]));
    server.http.answer_json(TOKEN, None, &tokens(&id_token(NEXT, &claims(&server, &nonce))));
    alice.open(&answer(&begun, "")).await.assert_status(200);
    assert_eq!(stored(&server), (1, 0), "the same connection, made anew");
}

#[tokio::test]
async fn a_provider_without_id_tokens_is_asked_at_its_user_endpoint_and_may_part_scopes_by_commas() {
    let server = Server::seeded().await;
    let plain = json!({
        "id": "idp", "kind": "oauth", "client_id": "us", "client_secret": "idp-secret", "client_authentication": "body",
        "authorization_endpoint": "https://idp.example/authorize", "token_endpoint": TOKEN, "userinfo_endpoint": USER,
        "scopes": "repo read:user", "subject_claim": "id", "name_claim": "login", "pkce": false,
    });
    make(&server, &plain).await;
    let mut alice = signed_in(&server, "alice").await;
    let begun = begin(&mut alice, "/connect/idp").await;
    assert_eq!((begun.location_parameter("nonce"), begun.location_parameter("code_challenge")), (None, None));
    server.http.answer_json(
        TOKEN,
        None,
        &json!({ "access_token": "upstream-access-1", "scope": "repo,read:user", "token_type": "bearer" }),
    );
    server.http.answer_json(USER, None, &json!({ "id": 7, "login": "alice", "email": null }));
    server.http.take_sent();
    alice.open(&answer(&begun, "")).await.assert_status(200);
    let sent = server.http.take_sent();
    assert!(sent[0].body.as_ref().is_some_and(|form| form.ends_with("&client_id=us&client_secret=idp-secret")));
    assert!(sent[1].headers.contains(&("authorization".to_owned(), "Bearer upstream-access-1".to_owned())));
    let row = &json!(server.database.peek("SELECT * FROM connections"))[0];
    assert_eq!(
        (&row["provider_user_id"], &row["name"], &row["scopes"]),
        (&json!("7"), &json!("alice"), &json!("repo read:user"))
    );
}

/// What is known of an account whose ID token says no more than `sub`, when the user endpoint tells this.
async fn known_by(told: Option<&Value>) -> Value {
    let server = world().await;
    let mut described = metadata();
    described["userinfo_endpoint"] = json!(USER);
    server.http.answer_json(METADATA, None, &described);
    match told {
        Some(told) => server.http.answer_json(USER, None, told),
        None => server.http.answer(USER, 500, "text/plain", b"broken"),
    }
    let mut alice = signed_in(&server, "alice").await;
    let begun = begin(&mut alice, "/connect/idp").await;
    let mut said = claims(&server, &begun.location_parameter("nonce").expect("a nonce"));
    said.as_object_mut().expect("claims").retain(|name, _| name != "email" && name != "name");
    server.http.answer_json(TOKEN, None, &tokens(&id_token(ES256, &said)));
    alice.open(&answer(&begun, "")).await.assert_status(200);
    let row = &json!(server.database.peek("SELECT * FROM connections"))[0];
    json!([row["provider_user_id"], row["email"], row["name"]])
}

#[tokio::test]
async fn what_an_id_token_leaves_out_is_asked_of_the_user_endpoint_and_believed_of_the_same_person_only() {
    let told = json!({ "sub": "alice-there", "email": "alice@idp.example", "name": "Alice There" });
    assert_eq!(known_by(Some(&told)).await, json!(["alice-there", "alice@idp.example", "Alice There"]));
    let of_another = json!({ "sub": "mallory-there", "email": "mallory@idp.example", "name": "Mallory" });
    let of_nobody = json!({ "email": "mallory@idp.example" });
    for told in [Some(&of_another), Some(&of_nobody), None] {
        assert_eq!(known_by(told).await, json!(["alice-there", null, null]), "{told:?}");
    }
}

#[tokio::test]
async fn an_id_token_that_says_what_somebody_is_called_is_enough() {
    let server = world().await;
    let mut described = metadata();
    described["userinfo_endpoint"] = json!(USER);
    server.http.answer_json(METADATA, None, &described);
    let mut alice = signed_in(&server, "alice").await;
    connect(&server, &mut alice, "/connect/idp").await.assert_status(200);
    assert!(server.http.take_sent().iter().all(|request| request.url != USER));
}

#[tokio::test]
async fn whoever_is_not_signed_in_signs_in_first_and_comes_back_with_the_ticket() {
    let server = world().await;
    let mut browser = crate::support::browser::Browser::new(&server);
    let away = browser.open("/connect/idp?ticket=abc").await;
    assert_eq!(away.header("location"), "/login?connect=%2Fconnect%2Fidp%3Fticket%3Dabc");
    let login = browser.open(away.header("location")).await;
    let fields = [("username", "alice"), ("password", "alice"), ("action", "sign_in")];
    let reply = browser.submit("/login", &login, &fields).await;
    assert_eq!(reply.header("location"), "/connect/idp?ticket=abc");
    let elsewhere = browser.open("/login?connect=%2F%2Fevil.example").await;
    let reply = browser.submit("/login", &elsewhere, &fields).await;
    assert_eq!(reply.header("location"), "/account");
}

#[tokio::test]
async fn a_provider_that_is_switched_off_or_unknown_is_nowhere() {
    let server = world().await;
    let mut alice = signed_in(&server, "alice").await;
    let path = "/admin/api/providers/idp";
    server.as_admin(Ask::json(Method::PATCH, path, &json!({ "enabled": false }))).await.assert_status(200);
    for path in ["/connect/idp", "/connect/none"] {
        alice.open(path).await.assert_error_page(404, "not_found");
    }
    assert!(!alice.open("/account/connections").await.body.contains("id=\"connect-idp\""));
    assert_eq!(idp::stored(&server), (0, 0));
}
