//! Accounts that are linked from a session, as their page shows them.

use serde_json::{Value, json};

use crate::support::admin::edit_user;
use crate::support::browser::Browser;
use crate::support::idp::signed_in;
use crate::support::sign_in::{CONNECTIONS, come_back, counted, house, link, press, ready, sign_in, who};

const NONE: Value = Value::Null;
const REMOVE: &str = "/account/connections/remove";

fn identity(server: &crate::support::server::Server) -> String {
    let rows = json!(server.database.peek("SELECT id FROM user_identities"));
    rows[0]["id"].as_str().expect("an identity").to_owned()
}

#[tokio::test]
async fn an_account_that_is_connected_for_tools_signs_in_nobody_before_that_is_said() {
    let server = house(json!({})).await;
    let mut alice = signed_in(&server, "alice").await;
    crate::support::idp::connect(&server, &mut alice, "/connect/idp").await.assert_status(200);
    let page = alice.open(CONNECTIONS).await;
    assert!(page.body.contains("alice@idp.example") && !page.body.contains("id=\"sign-ins\""), "{}", page.body);
    assert!(page.element("sign-in-text").contains("Whoever has that account then signs in as you"), "{}", page.body);
    let mut browser = Browser::new(&server);
    let refused = sign_in(&server, &mut browser, &NONE).await;
    assert!(
        refused.assert_error_page(403, "access_denied").body.contains("No account here belongs"),
        "{}",
        refused.body
    );
    assert_eq!(who(&mut browser).await, "");
}

#[tokio::test]
async fn what_is_linked_is_shown_and_signs_in_no_more_once_it_is_removed() {
    let server = house(json!({})).await;
    link(&server, "alice", &NONE).await;
    let mut alice = Browser::new(&server);
    sign_in(&server, &mut alice, &NONE).await;
    let page = alice.open("/account/connections?done=linked").await;
    for said in ["alice@idp.example", "Last used", "Linked: from now on you can sign in with it.", "Link Example"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!page.header("content-security-policy").contains("form-action"), "its form leads to the provider");
    let id = identity(&server);
    let question = alice.open(&format!("{REMOVE}?sign_in={id}")).await;
    assert_eq!(question.element("confirm-title"), "");
    assert!(question.body.contains("Stop signing in with alice@idp.example?"), "{}", question.body);
    assert!(!question.body.contains("your only way in"), "{}", question.body);
    let mut bob = signed_in(&server, "bob").await;
    let form = bob.open("/account/profile").await;
    let of_another = bob.submit(REMOVE, &form, &[("sign_in", &id)]).await;
    assert_eq!((of_another.header("location"), counted(&server)[0]), ("/account/connections?done=nothing", 1));
    assert_eq!(
        bob.open(&format!("{REMOVE}?sign_in={id}")).await.header("location"),
        "/account/connections?done=nothing"
    );
    server.events.take();
    let removed = alice.submit(REMOVE, &question, &[("sign_in", &id)]).await;
    assert_eq!(removed.header("location"), "/account/connections?done=unlinked");
    assert!(format!("{:?}", server.events.take()).contains("IdentityRemoved"));
    sign_in(&server, &mut Browser::new(&server), &NONE).await.assert_error_page(403, "access_denied");
}

#[tokio::test]
async fn who_came_by_an_account_that_is_removed_is_signed_out() {
    let server = house(json!({})).await;
    link(&server, "alice", &NONE).await;
    let mut thief = Browser::new(&server);
    sign_in(&server, &mut thief, &NONE).await;
    let (mut alice, mut bob) = (signed_in(&server, "alice").await, signed_in(&server, "bob").await);
    assert_eq!(who(&mut thief).await, "alice");
    let question = alice.open(&format!("{REMOVE}?sign_in={}", identity(&server))).await;
    assert!(question.body.contains("signed out in all other browsers"), "{}", question.body);
    alice.submit(REMOVE, &question, &[("sign_in", &identity(&server))]).await;
    assert_eq!([who(&mut thief).await, who(&mut alice).await, who(&mut bob).await], ["", "alice", "bob"]);
}

#[tokio::test]
async fn who_has_no_password_is_told_that_they_lose_their_only_way_in() {
    let server = house(json!({ "unknown_accounts": "create" })).await;
    let mut newcomer = Browser::new(&server);
    sign_in(&server, &mut newcomer, &NONE).await;
    let id = identity(&server);
    let question = newcomer.open(&format!("{REMOVE}?sign_in={id}")).await;
    assert!(question.body.contains("this is your only way in") && question.body.contains("a link that sets one"));
}

#[tokio::test]
async fn an_account_that_signs_in_somebody_else_is_not_linked_a_second_time() {
    let server = house(json!({})).await;
    link(&server, "alice", &NONE).await;
    let refused = link(&server, "bob", &NONE).await;
    refused.assert_error_page(403, "access_denied");
    assert_eq!((refused.element("message-title"), refused.link().as_str()), ("Nothing is linked", CONNECTIONS));
    assert!(refused.element("message-text").contains("signs in somebody else here already"), "{}", refused.body);
    let mut browser = Browser::new(&server);
    sign_in(&server, &mut browser, &NONE).await;
    assert_eq!((who(&mut browser).await.as_str(), counted(&server)[0]), ("alice", 1));
    assert_eq!(link(&server, "alice", &NONE).await.header("location"), "/account/connections?done=linked");
    assert_eq!(counted(&server)[0], 1, "for who has it already, nothing changes");
}

#[tokio::test]
async fn an_account_is_linked_only_in_the_session_that_asked() {
    let server = house(json!({})).await;
    let mut alice = signed_in(&server, "alice").await;
    for who_then in ["nobody", "bob", "alice"] {
        let page = alice.open(CONNECTIONS).await;
        let begun = press(&mut alice, CONNECTIONS, &page).await;
        let path = ready(&server, &begun, &NONE);
        let form = alice.open("/account").await;
        alice.submit("/logout", &form, &[]).await;
        if who_then != "nobody" {
            alice.sign_in(who_then, who_then).await;
        }
        let refused = alice.open(&path).await;
        assert!(refused.assert_error_page(403, "access_denied").body.contains("nothing is linked"), "{}", refused.body);
        assert_eq!(counted(&server)[0], 0, "{who_then}");
        alice.sign_in("alice", "alice").await;
    }
}

#[tokio::test]
async fn who_gave_their_password_long_ago_gives_it_again_before_another_way_in_is_linked() {
    let server = house(json!({})).await;
    let mut alice = signed_in(&server, "alice").await;
    server.advance(15 * 60);
    let page = alice.open(CONNECTIONS).await;
    let asked = alice.submit(CONNECTIONS, &page, &[("provider", "idp")]).await;
    assert_eq!((asked.status.as_u16(), asked.header("location")), (303, "/login?page=connections"));
    assert_eq!(counted(&server)[..2], [0, 0]);
    let login = alice.open("/login?page=connections").await;
    let again = alice.submit("/login", &login, &[("username", "alice"), ("password", "alice")]).await;
    assert_eq!(again.header("location"), CONNECTIONS);
    let page = alice.open(CONNECTIONS).await;
    let begun = press(&mut alice, CONNECTIONS, &page).await;
    come_back(&server, &mut alice, &begun, &NONE).await;
    assert_eq!(counted(&server)[0], 1);
}

#[tokio::test]
async fn who_came_by_a_provider_long_ago_gives_a_password_too_if_they_have_one() {
    let server = house(json!({})).await;
    link(&server, "alice", &NONE).await;
    let mut alice = Browser::new(&server);
    sign_in(&server, &mut alice, &NONE).await;
    server.advance(15 * 60);
    let page = alice.open(CONNECTIONS).await;
    let asked = alice.submit(CONNECTIONS, &page, &[("provider", "idp")]).await;
    assert_eq!((asked.status.as_u16(), asked.header("location")), (303, "/login?page=connections"));
    sign_in(&server, &mut alice, &NONE).await;
    let page = alice.open(CONNECTIONS).await;
    let begun = press(&mut alice, CONNECTIONS, &page).await;
    come_back(&server, &mut alice, &begun, &json!({ "sub": "another" })).await;
    assert_eq!(counted(&server)[0], 2, "or comes by the provider again");
}

#[tokio::test]
async fn who_has_no_password_links_another_account_whenever_they_came() {
    let server = house(json!({ "unknown_accounts": "create" })).await;
    let mut newcomer = Browser::new(&server);
    sign_in(&server, &mut newcomer, &NONE).await;
    server.advance(15 * 60);
    let page = newcomer.open(CONNECTIONS).await;
    let begun = press(&mut newcomer, CONNECTIONS, &page).await;
    come_back(&server, &mut newcomer, &begun, &json!({ "sub": "another" })).await;
    assert_eq!(counted(&server)[0], 2);
}

#[tokio::test]
async fn a_user_who_is_switched_off_meanwhile_gets_nothing_linked() {
    let server = house(json!({})).await;
    let mut alice = signed_in(&server, "alice").await;
    let page = alice.open(CONNECTIONS).await;
    let begun = press(&mut alice, CONNECTIONS, &page).await;
    edit_user(&server, "alice", json!({ "disabled": true })).await;
    come_back(&server, &mut alice, &begun, &NONE).await.assert_error_page(403, "access_denied");
    assert_eq!(counted(&server)[0], 0);
}
