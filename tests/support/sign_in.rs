//! Signing in by an account at the provider of tests/support/idp.rs.

use serde_json::{Value, json};

use super::browser::Browser;
use super::client_key::ES256;
use super::idp::{TOKEN, answer, answers, claims, id_token, make, settings, signed_in, tokens};
use super::reply::Reply;
use super::server::Server;

pub const CONNECTIONS: &str = "/account/connections";

/// A server at which people may sign in by the provider, of which this is said, too.
pub async fn house(more: Value) -> Server {
    let server = Server::seeded().await;
    let mut said = settings();
    said["sign_in"] = json!(true);
    if let (Value::Object(said), Value::Object(more)) = (&mut said, more) {
        said.extend(more);
    }
    make(&server, &said).await;
    answers(&server);
    server
}

/// Presses the provider's button on this page, whose form goes to `path`.
pub async fn press(browser: &mut Browser<'_>, path: &str, page: &Reply) -> Reply {
    let begun = browser.submit(path, page, &[("provider", "idp")]).await;
    assert_eq!(begun.status, 303, "{}", begun.body);
    begun
}

/// The provider is ready to say this of whoever comes from there: `change` is made to what it says by itself. Answers the path
/// that it sends them back to.
pub fn ready(server: &Server, begun: &Reply, change: &Value) -> String {
    let mut said = claims(server, &begun.location_parameter("nonce").expect("a nonce"));
    if let (Value::Object(said), Value::Object(change)) = (&mut said, change.clone()) {
        said.extend(change);
    }
    server.http.answer_json(TOKEN, None, &tokens(&id_token(ES256, &said)));
    answer(begun, "")
}

/// Comes back from the provider, which says this of them.
pub async fn come_back(server: &Server, browser: &mut Browser<'_>, begun: &Reply, change: &Value) -> Reply {
    let path = ready(server, begun, change);
    browser.open(&path).await
}

/// All of it, from the sign-in page that leads to the account.
pub async fn sign_in(server: &Server, browser: &mut Browser<'_>, change: &Value) -> Reply {
    let page = browser.open("/login").await;
    let begun = press(browser, "/login", &page).await;
    come_back(server, browser, &begun, change).await
}

/// Links the account of which the provider says this to whoever has this name here.
pub async fn link(server: &Server, name: &str, change: &Value) -> Reply {
    let mut browser = signed_in(server, name).await;
    let page = browser.open(CONNECTIONS).await;
    let begun = press(&mut browser, CONNECTIONS, &page).await;
    come_back(server, &mut browser, &begun, change).await
}

/// As whom somebody is signed in in this browser; nobody: empty.
pub async fn who(browser: &mut Browser<'_>) -> String {
    let page = browser.open("/account").await;
    if page.status == 200 { page.element("signed-in-as").to_owned() } else { String::new() }
}

/// How many identities, states, users and sessions are stored.
pub fn counted(server: &Server) -> [i64; 4] {
    let rows = server.database.peek(
        "SELECT (SELECT COUNT(*) FROM user_identities) AS a, (SELECT COUNT(*) FROM sign_in_states) AS b, \
         (SELECT COUNT(*) FROM users) AS c, (SELECT COUNT(*) FROM sessions) AS d",
    );
    ["a", "b", "c", "d"].map(|name| rows[0][name].as_i64().expect("a count"))
}
