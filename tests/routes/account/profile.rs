//! `/account/profile`

use serde_json::{Value, json};

use crate::support::admin::edit_user;
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const PATH: &str = "/account/profile";
const CLAIMS: [&str; 12] = [
    "name",
    "given_name",
    "family_name",
    "nickname",
    "email",
    "phone_number",
    "website",
    "picture",
    "birthdate",
    "gender",
    "locale",
    "zoneinfo",
];

/// Saves the form as it stands, with these fields changed.
async fn save(browser: &mut Browser<'_>, changed: &[(&str, &str)]) -> Reply {
    let page = browser.open(PATH).await;
    let mut fields: Vec<(&str, String)> = CLAIMS.iter().map(|claim| (*claim, page.field(claim))).collect();
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push((name, (*value).to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.submit(PATH, &page, &fields).await
}

fn claims(server: &Server) -> Value {
    let row = server.database.peek("SELECT claims, updated_at FROM users WHERE name = 'alice'").remove(0);
    serde_json::from_str(row["claims"].as_str().expect("claims")).expect("JSON")
}

async fn alice(server: &Server) -> Browser<'_> {
    let mut browser = Browser::new(server);
    browser.sign_in("alice", "alice").await;
    browser
}

#[tokio::test]
async fn a_person_says_of_themselves_what_apps_then_learn() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let page = browser.open(PATH).await;
    assert_eq!((page.field("name").as_str(), page.field("birthdate").as_str()), ("Alice Example", "1990-01-31"));
    let changed = [("name", "  Alice Liddell "), ("nickname", ""), ("locale", "nl-NL")];
    let reply = save(&mut browser, &changed).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/account/profile?done=saved"));
    let page = browser.open(reply.header("location")).await;
    assert_eq!((page.element("done"), page.field("name").as_str()), ("Saved.", "Alice Liddell"));
    let code = flow::authorize(&mut browser, &SERVER, &[("scope", "openid profile")]).await.location_parameter("code");
    let tokens = server.send(SERVER.redeem(&code.expect("a code"))).await;
    let told = server.send(Ask::get("/oauth/userinfo").bearer(&tokens.text("access_token"))).await.json();
    assert_eq!((&told["name"], &told["locale"]), (&json!("Alice Liddell"), &json!("nl-NL")));
    assert!(told.get("nickname").is_none());
}

#[tokio::test]
async fn what_an_administrator_wrote_beside_the_form_stays_as_it_was() {
    let server = Server::seeded().await;
    edit_user(
        &server,
        "alice",
        json!({ "claims": { "name": "A", "employee": { "number": 7 }, "middle_name": "van" } }),
    )
    .await;
    let mut browser = alice(&server).await;
    let evil =
        [("employee", "8"), ("middle_name", "der"), ("role", "admin"), ("email_verified", "true"), ("name", "B")];
    save(&mut browser, &evil).await.assert_status(303);
    assert_eq!(claims(&server), json!({ "name": "B", "employee": { "number": 7 }, "middle_name": "van" }));
    assert_eq!(server.database.peek("SELECT role FROM users WHERE name = 'alice'")[0]["role"], "user");
}

#[tokio::test]
async fn an_address_that_is_changed_is_no_longer_confirmed_and_one_that_stays_is() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let page = browser.open(PATH).await;
    assert!(page.element("email-hint").starts_with("Confirmed"), "{}", page.body);
    save(&mut browser, &[("nickname", "al")]).await.assert_status(303);
    assert_eq!(claims(&server)["email_verified"], json!(true));
    save(&mut browser, &[("email", "mallory@example.com"), ("phone_number", "")]).await.assert_status(303);
    let now = claims(&server);
    assert_eq!((&now["email"], &now["email_verified"]), (&json!("mallory@example.com"), &json!(false)));
    assert!(now.get("phone_number").is_none() && now.get("phone_number_verified").is_none(), "{now}");
    assert_eq!(browser.open(PATH).await.element("email-hint"), "Not confirmed.");
}

#[tokio::test]
async fn what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays_there() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let before = server.remembered();
    let typed = [("name", "Somebody Else"), ("email", "no address"), ("website", "javascript:alert(1)")];
    let page = save(&mut browser, &typed).await;
    page.assert_status(400);
    for (name, value) in typed {
        assert_eq!(page.field(name), value);
    }
    assert!(page.element("email-problem").contains("e-mail address"), "{}", page.body);
    assert!(page.element("website-problem").contains("https://"), "{}", page.body);
    assert!(!page.body.contains("id=\"name-problem\""));
    assert_eq!(server.remembered(), before, "not even what was right");
    let long = "x".repeat(100);
    let page = save(&mut browser, &[("name", &format!("{long}x"))]).await;
    assert!(page.element("name-problem").contains("100"), "{}", page.body);
}

#[tokio::test]
async fn more_than_can_be_kept_is_refused_as_a_whole() {
    let server = Server::seeded().await;
    edit_user(&server, "alice", json!({ "claims": { "notes": "n".repeat(3_900) } })).await;
    let mut browser = alice(&server).await;
    let before = server.remembered();
    let page =
        save(&mut browser, &[("name", "Alice Liddell"), ("nickname", &"x".repeat(100)), ("gender", &"y".repeat(100))])
            .await;
    page.assert_status(400);
    assert!(page.element("form-problem").contains("Shorten"), "{}", page.body);
    assert_eq!(page.field("name"), "Alice Liddell");
    assert_eq!(server.remembered(), before);
}

#[tokio::test]
async fn saving_what_is_there_writes_nothing_and_a_change_moves_updated_at() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let updated =
        || server.database.peek("SELECT updated_at FROM users WHERE name = 'alice'")[0]["updated_at"].as_i64();
    let before = updated();
    server.advance(60);
    save(&mut browser, &[]).await.assert_status(303);
    assert_eq!(updated(), before);
    save(&mut browser, &[("nickname", "al")]).await.assert_status(303);
    assert_eq!(updated(), before.map(|before| before + 60));
}

#[tokio::test]
async fn hostile_texts_are_shown_as_text() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    save(&mut browser, &[("name", "<script>alert(1)</script>\"'&")]).await.assert_status(303);
    let page = browser.open(PATH).await;
    assert!(!page.body.contains("<script>alert") && page.body.contains("&#60;script&#62;alert(1)"), "{}", page.body);
}
