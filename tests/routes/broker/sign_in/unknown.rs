//! An account that nobody has linked: who comes in by it, administrators say.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::admin::{edit_user, make_user, user_id};
use crate::support::browser::Browser;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::sign_in::{come_back, counted, house, link, press, ready, sign_in, who};

const NONE: Value = Value::Null;

async fn refused(server: &Server, said: &Value) -> Reply {
    let before = counted(server);
    let mut browser = Browser::new(server);
    let reply = sign_in(server, &mut browser, said).await;
    reply.assert_error_page(403, "access_denied");
    assert_eq!((who(&mut browser).await.as_str(), counted(server)), ("", before), "{said}");
    reply
}

#[tokio::test]
async fn with_never_and_with_invite_nobody_comes_in_by_it_from_the_sign_in_page() {
    for more in [json!({}), json!({ "unknown_accounts": "never" }), json!({ "unknown_accounts": "invite" })] {
        let server = house(more).await;
        let page = refused(&server, &json!({ "email": "alice@example.com", "email_verified": true })).await;
        let text = page.element("message-text");
        assert!(text.contains("No account here belongs") && text.contains("link it under Connections"), "{text}");
    }
}

#[tokio::test]
async fn with_create_a_user_is_made_with_what_the_provider_says_and_signs_in_by_it_from_then_on() {
    let server = house(json!({ "unknown_accounts": "create" })).await;
    let mut browser = Browser::new(&server);
    let back = sign_in(&server, &mut browser, &NONE).await;
    assert_eq!((back.header("location"), who(&mut browser).await.as_str()), ("/account", "Alice There"));
    let id = user_id(&server, "Alice There").await;
    let user = server.as_admin(Ask::get(&format!("/admin/api/users/{id}"))).await.json();
    assert_eq!(user["role"], "user", "{user}");
    let expected = json!({ "name": "Alice There", "email": "alice@idp.example", "email_verified": false });
    assert_eq!(user["claims"], expected);
    let client = server.as_admin(Ask::get(&format!("/admin/api/clients/agent_user_{id}"))).await;
    assert_eq!(client.assert_status(200).json()["client_name"], "Alice There OAuth Client");
    let before = counted(&server);
    let mut again = Browser::new(&server);
    sign_in(&server, &mut again, &json!({ "name": "Alice Renamed" })).await;
    assert_eq!((who(&mut again).await.as_str(), counted(&server)[2]), ("Alice There", before[2]));
    let with_password = Browser::new(&server).sign_in("Alice There", "").await;
    assert_eq!(with_password.status, 403, "a user without a password has none that is right");
}

#[tokio::test]
async fn a_name_that_is_taken_or_cannot_be_is_made_another() {
    let server = house(json!({ "unknown_accounts": "create" })).await;
    let long = "n".repeat(200);
    for (sub, said, name) in [
        ("1", json!({ "name": "ALICE" }), "ALICE 2"),
        ("2", json!({ "name": "alice" }), "alice 3"),
        ("3", json!({ "name": "\u{202e}evil" }), "alice-there"),
        ("4", json!({ "name": "", "email": "\u{200b}@x" }), "idp user"),
        ("5", json!({ "name": long }), &long[..80]),
    ] {
        let mut said = said;
        said["sub"] = json!(sub);
        if said["email"].is_null() {
            said["email"] = json!("alice-there@idp.example");
        }
        let mut browser = Browser::new(&server);
        sign_in(&server, &mut browser, &said).await;
        assert_eq!(who(&mut browser).await, name, "{said}");
    }
}

#[tokio::test]
async fn a_newcomers_address_is_verified_only_where_the_providers_word_for_addresses_counts() {
    for counts in [false, true] {
        let server = house(json!({ "unknown_accounts": "create", "link_by_email": counts })).await;
        let claims = json!({ "name": "Verified", "email": "v@idp.example", "email_verified": true });
        sign_in(&server, &mut Browser::new(&server), &claims).await;
        let id = user_id(&server, "Verified").await;
        let user = server.as_admin(Ask::get(&format!("/admin/api/users/{id}"))).await.json();
        let expected = json!({ "name": "Verified", "email": "v@idp.example", "email_verified": counts });
        assert_eq!(user["claims"], expected);
    }
}

/// The owner of an address comes by a provider whose word counts, after somebody had another provider call it theirs.
#[tokio::test]
async fn who_had_a_provider_call_anothers_address_verified_waits_for_its_owner_in_vain() {
    let server = house(json!({ "unknown_accounts": "create" })).await;
    let claims = json!({ "sub": "evil", "name": "Eve", "email": "victim@mail.example", "email_verified": true });
    sign_in(&server, &mut Browser::new(&server), &claims).await;
    let path = "/admin/api/providers/idp";
    server.as_admin(Ask::json(Method::PATCH, path, &json!({ "link_by_email": true }))).await.assert_status(200);
    let mut victim = Browser::new(&server);
    let claims = json!({ "sub": "good", "name": "Vic", "email": "victim@mail.example", "email_verified": true });
    sign_in(&server, &mut victim, &claims).await;
    assert_eq!(who(&mut victim).await, "Vic");
}

#[tokio::test]
async fn two_first_sign_ins_at_the_same_time_make_one_user() {
    let server = house(json!({ "unknown_accounts": "create" })).await;
    let (mut one, mut two) = (Browser::new(&server), Browser::new(&server));
    let mut paths = Vec::new();
    for browser in [&mut one, &mut two] {
        let page = browser.open("/login").await;
        let begun = press(browser, "/login", &page).await;
        paths.push(begun);
    }
    let first = ready(&server, &paths[0], &NONE);
    one.open(&first).await;
    server.database.peek("UPDATE users SET name = 'Taken' WHERE name = 'Alice There' RETURNING id");
    let before = counted(&server)[2];
    come_back(&server, &mut two, &paths[1], &NONE).await;
    assert_eq!((who(&mut two).await.as_str(), counted(&server)[2]), ("Taken", before));
}

#[tokio::test]
async fn an_address_links_an_account_only_where_provider_and_user_have_it_verified_and_an_administrator_allowed_that() {
    let mine = |email: &str, verified: Value| json!({ "email": email, "email_verified": verified });
    let forbidden = house(json!({})).await;
    refused(&forbidden, &mine("alice@example.com", json!(true))).await;
    let server = house(json!({ "link_by_email": true })).await;
    for verified in [NONE, json!(false), json!("true"), json!(1)] {
        refused(&server, &mine("alice@example.com", verified)).await;
    }
    refused(&server, &mine("nobody@example.com", json!(true))).await;
    edit_user(&server, "bob", json!({ "claims": { "email": "bob@example.com", "email_verified": false } })).await;
    refused(&server, &mine("bob@example.com", json!(true))).await;
    edit_user(&server, "bob", json!({ "claims": { "email": "alice@example.com", "email_verified": true } })).await;
    refused(&server, &mine("alice@example.com", json!(true))).await;
    edit_user(&server, "bob", json!({ "claims": {} })).await;
    let mut browser = Browser::new(&server);
    sign_in(&server, &mut browser, &mine("Alice@Example.COM", json!(true))).await;
    assert_eq!(who(&mut browser).await, "alice");
    let mut later = Browser::new(&server);
    sign_in(&server, &mut later, &mine("another@example.com", NONE)).await;
    assert_eq!((who(&mut later).await.as_str(), counted(&server)[0]), ("alice", 1), "the account counts from then on");
    let events = format!("{:?}", server.events.take());
    assert!(events.contains("IdentityLinked"), "{events}");
}

#[tokio::test]
async fn what_is_said_of_an_address_is_said_of_no_other_claim() {
    let server = house(json!({ "link_by_email": true, "email_claim": "upn" })).await;
    refused(&server, &json!({ "upn": "alice@example.com", "email_verified": true })).await;
}

/// The path of a fresh one-time link of a user.
async fn one_time_link(server: &Server, name: &str) -> String {
    let id = user_id(server, name).await;
    let made = server.as_admin(Ask::method(Method::POST, &format!("/admin/api/users/{id}/password-link"))).await;
    made.json()["url"].as_str().expect("a link").strip_prefix(server.issuer()).expect("ours").to_owned()
}

#[tokio::test]
async fn with_invite_who_came_by_a_one_time_link_signs_in_as_its_user_and_the_link_is_used_up() {
    let server = house(json!({ "unknown_accounts": "invite" })).await;
    make_user(&server, "carol", "a long password").await;
    let path = one_time_link(&server, "carol").await;
    let mut carol = Browser::new(&server);
    let page = carol.open(&path).await;
    assert!(page.body.contains("Sign in with <bdi>Example</bdi>"), "{}", page.body);
    assert!(!page.header("content-security-policy").contains("form-action"));
    let begun = press(&mut carol, &path, &page).await;
    let back = come_back(&server, &mut carol, &begun, &NONE).await;
    assert_eq!((back.header("location"), who(&mut carol).await.as_str()), ("/account", "carol"));
    assert_eq!(carol.open(&path).await.status, 410, "it is used up");
    let mut later = Browser::new(&server);
    sign_in(&server, &mut later, &NONE).await;
    assert_eq!(who(&mut later).await, "carol");
}

#[tokio::test]
async fn a_one_time_link_links_nothing_after_its_use_or_its_time_nor_an_account_of_somebody_else() {
    let server = house(json!({ "unknown_accounts": "invite" })).await;
    link(&server, "bob", &json!({ "sub": "bob-there" })).await;
    let mut browser = Browser::new(&server);
    for (why, change) in [("somebody else", json!({ "sub": "bob-there" })), ("is used", NONE), ("is over", NONE)] {
        let path = one_time_link(&server, "alice").await;
        let page = browser.open(&path).await;
        let begun = press(&mut browser, &path, &page).await;
        match why {
            "is used" => {
                let fields = [("new_password", "a new password"), ("repeat_password", "a new password")];
                assert_eq!(browser.submit(&path, &page, &fields).await.status, 303);
            }
            "is over" => {
                server.database.peek("UPDATE password_tickets SET expires_at = 1 RETURNING user_id");
            }
            _ => {}
        }
        let refused = come_back(&server, &mut browser, &begun, &change).await;
        refused.assert_error_page(403, "access_denied");
        assert_eq!(refused.element("message-title"), "Nothing is linked");
        assert_eq!((who(&mut browser).await.as_str(), counted(&server)[0]), ("", 1), "{why}");
        if why == "somebody else" {
            assert_eq!(browser.open(&path).await.status, 200, "the link is still good");
        }
        if why == "is over" {
            let gone = browser.submit(&path, &page, &[("provider", "idp")]).await;
            assert_eq!(gone.status, 410);
        }
    }
}

#[tokio::test]
async fn a_one_time_links_page_offers_no_provider_that_invites_nobody() {
    let server = house(json!({})).await;
    let path = one_time_link(&server, "alice").await;
    let mut browser = Browser::new(&server);
    let page = browser.open(&path).await;
    assert!(!page.body.contains("id=\"providers\""), "{}", page.body);
    let begun = press(&mut browser, &path, &page).await;
    come_back(&server, &mut browser, &begun, &NONE).await.assert_error_page(403, "access_denied");
    assert_eq!(counted(&server)[0], 0);
}
