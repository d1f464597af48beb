//! Sign-in attacked: nobody is signed in, nothing is linked, and the page says why.

use serde_json::{Value, json};

use crate::support::admin::edit_user;
use crate::support::browser::Browser;
use crate::support::idp::{answers, make, settings, signed_in};
use crate::support::request::Ask;
use crate::support::sign_in::{CONNECTIONS, come_back, counted, house, link, press, ready, sign_in, who};

const NONE: Value = Value::Null;
const NO_REQUEST: &str = "belongs to no request of this browser";

#[tokio::test]
async fn an_answer_counts_only_in_the_browser_that_pressed_the_button_and_once() {
    let server = house(json!({})).await;
    link(&server, "alice", &NONE).await;
    let mut mallory = Browser::new(&server);
    let page = mallory.open("/login").await;
    let begun = press(&mut mallory, "/login", &page).await;
    let path = ready(&server, &begun, &NONE);
    let mut bob = signed_in(&server, "bob").await;
    for victim in [&mut bob, &mut Browser::new(&server)] {
        let before = who(victim).await;
        let refused = victim.open(&path).await;
        assert!(refused.assert_error_page(400, "invalid_request").body.contains(NO_REQUEST), "{}", refused.body);
        assert_eq!((who(victim).await, counted(&server)[1]), (before, 1), "nobody else uses it up");
    }
    assert_eq!(mallory.open(&path).await.header("location"), "/account");
    let again = mallory.open(&path).await;
    assert!(again.assert_error_page(400, "invalid_request").body.contains(NO_REQUEST), "{}", again.body);
    assert_eq!(counted(&server)[1], 0);
}

#[tokio::test]
async fn an_answer_after_its_time_for_another_request_or_at_another_providers_address_signs_in_nobody() {
    let server = house(json!({})).await;
    let mut other = settings();
    (other["id"], other["sign_in"]) = (json!("other"), json!(true));
    make(&server, &other).await;
    answers(&server);
    link(&server, "alice", &NONE).await;
    let mut browser = Browser::new(&server);
    let page = browser.open("/login").await;
    let begun = press(&mut browser, "/login", &page).await;
    let path = ready(&server, &begun, &NONE);
    browser.open(&path.replace("/idp?", "/other?")).await.assert_error_page(400, "invalid_request");
    let begun = press(&mut browser, "/login", &page).await;
    let path = ready(&server, &begun, &NONE);
    server.advance(601);
    browser.open(&path).await.assert_error_page(400, "invalid_request");
    for (claim, wrong) in [
        ("nonce", json!("another")),
        ("aud", json!("another")),
        ("iss", json!("https://evil.example")),
        ("exp", json!(1)),
    ] {
        answers(&server);
        let begun = press(&mut browser, "/login", &page).await;
        let refused = come_back(&server, &mut browser, &begun, &json!({ claim: wrong })).await;
        refused.assert_error_page(502, "bad_gateway");
        assert_eq!(refused.element("message-title"), "You are not signed in", "{claim}");
    }
    for guess in ["in.guessed", "in.", "in"] {
        browser.open(&format!("/oauth/callback/idp?code=c&state={guess}")).await;
    }
    assert_eq!((who(&mut browser).await.as_str(), counted(&server)[1]), ("", 0));
}

#[tokio::test]
async fn a_state_of_a_linking_for_tools_signs_in_nobody_and_the_other_way_round() {
    let server = house(json!({})).await;
    let mut alice = signed_in(&server, "alice").await;
    let begun = crate::support::idp::begin(&mut alice, "/connect/idp").await;
    let path = ready(&server, &begun, &NONE);
    alice.open(&path.replace("state=", "state=in.")).await.assert_error_page(400, "invalid_request");
    let page = alice.open(CONNECTIONS).await;
    let begun = press(&mut alice, CONNECTIONS, &page).await;
    let path = ready(&server, &begun, &NONE);
    alice.open(&path.replace("state=in.", "state=")).await.assert_error_page(400, "invalid_request");
    assert_eq!((counted(&server)[0], crate::support::idp::stored(&server).0), (0, 0));
}

#[tokio::test]
async fn a_form_that_is_not_of_this_browsers_page_begins_nothing() {
    let server = house(json!({})).await;
    let alice = signed_in(&server, "alice").await;
    for path in ["/login", CONNECTIONS] {
        for form in [vec![("provider", "idp")], vec![("provider", "idp"), ("csrf_token", "guessed")]] {
            let ask = Ask::post(path, &form).header("origin", server.issuer());
            let reply = server.send(alice.dress(ask)).await;
            assert!([400, 403].contains(&reply.status.as_u16()), "{}", reply.body);
        }
    }
    assert_eq!(counted(&server)[1], 0);
}

#[tokio::test]
async fn a_user_who_is_switched_off_does_not_sign_in() {
    let server = house(json!({ "link_by_email": true })).await;
    link(&server, "alice", &NONE).await;
    for name in ["alice", "bob"] {
        edit_user(&server, name, json!({ "disabled": true })).await;
    }
    server.events.take();
    let mut browser = Browser::new(&server);
    let of_bob = json!({ "sub": "bob-there", "email": "bob@example.com", "email_verified": true });
    for said in [NONE, of_bob] {
        let refused = sign_in(&server, &mut browser, &said).await;
        assert!(refused.assert_error_page(403, "access_denied").body.contains("is switched off"), "{}", refused.body);
        assert_eq!(who(&mut browser).await, "");
    }
    assert_eq!(counted(&server)[0], 1, "nothing was linked to bob");
    assert!(format!("{:?}", server.events.take()).contains("switched off"));
}

#[tokio::test]
async fn the_same_id_at_another_issuer_is_somebody_else() {
    let server = house(json!({})).await;
    link(&server, "alice", &NONE).await;
    server.database.peek("UPDATE user_identities SET issuer = 'https://elsewhere.example' RETURNING id");
    let mut browser = Browser::new(&server);
    sign_in(&server, &mut browser, &NONE).await.assert_error_page(403, "access_denied");
    assert_eq!(who(&mut browser).await, "");
}

#[tokio::test]
async fn who_signs_in_as_another_is_signed_out_as_who_they_were() {
    let server = house(json!({})).await;
    link(&server, "alice", &NONE).await;
    let mut browser = signed_in(&server, "bob").await;
    let (before, cookie) = (counted(&server)[3], browser.cookies["ostiary_session"].clone());
    sign_in(&server, &mut browser, &NONE).await;
    assert_ne!(browser.cookies["ostiary_session"], cookie, "never the cookie from before");
    assert_eq!((who(&mut browser).await.as_str(), counted(&server)[3]), ("alice", before));
}
