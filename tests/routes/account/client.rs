//! `/account/client`

use crate::support::admin::{user_client, user_id};
use crate::support::browser::Browser;
use crate::support::log_lines;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const PATH: &str = "/account/client";
const SECRET: &str = "/account/client/secret";

async fn alice(server: &Server) -> Browser<'_> {
    let mut browser = Browser::new(server);
    browser.sign_in("alice", "alice").await;
    browser
}

async fn save(browser: &mut Browser<'_>, uris: &str) -> Reply {
    let page = browser.open(PATH).await;
    browser.submit(PATH, &page, &[("redirect_uris", uris)]).await
}

fn uris(server: &Server, name: &str) -> String {
    let rows =
        server.database.peek("SELECT users.name, redirect_uris FROM clients JOIN users ON users.id = owner_user_id");
    let row = rows.iter().find(|row| row["name"] == name).expect("a client");
    row["redirect_uris"].as_str().expect("a list").to_owned()
}

async fn token(server: &Server, id: &str, secret: &str) -> Reply {
    server.send(Ask::post("/oauth/token", &[("grant_type", "client_credentials")]).basic(id, secret)).await
}

#[tokio::test]
async fn a_person_sees_their_own_client_and_says_where_it_may_be_answered() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let page = browser.open(PATH).await;
    assert_eq!(page.element("client-id"), format!("agent_user_{}", user_id(&server, "alice").await));
    assert_eq!(page.element("client-name"), "alice OAuth Client");
    assert_eq!(page.element("redirect_uris"), "http://localhost:8501/oauth/callback");
    let before = uris(&server, "bob");
    let reply = save(&mut browser, " https://agent.example/cb \r\n\r\nhttp://127.0.0.1/cb\r\n").await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/account/client?done=saved"));
    assert_eq!(uris(&server, "alice"), r#"["https://agent.example/cb","http://127.0.0.1/cb"]"#);
    assert_eq!(uris(&server, "bob"), before);
    let page = browser.open(reply.header("location")).await;
    assert_eq!(page.element("redirect_uris"), "https://agent.example/cb\nhttp://127.0.0.1/cb");
    assert_eq!(page.element("done"), "Saved.");
}

#[tokio::test]
async fn redirect_uris_that_cannot_be_are_said_beside_the_field_and_stay_there() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let before = server.remembered();
    let many = (0..21).map(|number| format!("https://agent.example/{number}")).collect::<Vec<_>>().join("\n");
    for (typed, says) in [
        ("", "redirect_uris is missing"),
        ("javascript:alert(1)", "redirect"),
        ("https://agent.example/cb\nhttps://agent.example/#there", "fragment"),
        ("urn:ietf:wg:oauth:2.0:oob", "127.0.0.1"),
        ("http://agent.example/cb", "https"),
        (many.as_str(), "At most 20"),
    ] {
        let page = save(&mut browser, typed).await;
        page.assert_status(400);
        assert!(
            page.element("redirect_uris-problem").contains(says),
            "{typed}: {}",
            page.element("redirect_uris-problem")
        );
        assert_eq!(page.element("redirect_uris"), typed);
    }
    assert_eq!(server.remembered(), before);
}

#[tokio::test]
async fn nothing_else_of_the_client_can_be_changed_there() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let page = browser.open(PATH).await;
    let bobs = format!("agent_user_{}", user_id(&server, "bob").await);
    let fields = [
        ("redirect_uris", "https://agent.example/cb"),
        ("scope", "read:tools call:tools admin"),
        ("first_party", "true"),
        ("client_id", bobs.as_str()),
        ("consent_policy", "skip"),
    ];
    let sql =
        "SELECT id, name, scopes, first_party, consent_policy, grant_types, resource_server FROM clients ORDER BY id";
    let before = (server.database.peek(sql), uris(&server, "bob"));
    browser.submit(PATH, &page, &fields).await.assert_status(303);
    assert_eq!((server.database.peek(sql), uris(&server, "bob")), before);
}

#[tokio::test]
async fn a_new_secret_is_shown_once_and_works_at_once_in_every_isolate_and_the_old_one_no_more() {
    let server = Server::seeded().await;
    let (id, old) = user_client(&server, "alice").await;
    let warm = server.fresh_isolate();
    token(&warm, &id, &old).await.assert_status(200);
    let mut browser = alice(&server).await;
    let question = browser.open(SECRET).await;
    token(&server, &id, &old).await.assert_status(200);
    assert_eq!(question.element("confirm"), "Make a new secret");
    log_lines::capture();
    server.events.take();
    let shown = browser.submit(SECRET, &question, &[]).await;
    shown.assert_status(200);
    let new = shown.element("client-secret").to_owned();
    assert_eq!((new.len(), shown.element("client-id")), (43, id.as_str()));
    for isolate in [&server, &warm] {
        token(isolate, &id, &new).await.assert_status(200);
    }
    token(&server, &id, &old).await.assert_error(401, "invalid_client");
    assert!(!browser.open(PATH).await.body.contains(&new), "nobody can show it again");
    assert!(!format!("{:?}", server.events.take()).contains(&new));
    assert!(!log_lines::take().iter().any(|line| line.contains(&new)));
    assert_eq!(shown.header("cache-control"), "no-store");
}
