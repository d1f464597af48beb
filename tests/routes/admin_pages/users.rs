//! `/users`

use axum::http::Method;
use serde_json::json;

use super::administrator;
use crate::support::browser::Browser;
use crate::support::request::Ask;
use crate::support::server::Server;

async fn with_tools() -> Server {
    let server = Server::seeded().await;
    for (name, default_enabled) in [("clock", true), ("weather", false)] {
        let request = json!({ "method": "GET", "url": "https://api.example/x" });
        let tool = json!({ "name": name, "request": request, "default_enabled": default_enabled });
        server.as_admin(Ask::json(Method::POST, "/admin/api/tools", &tool)).await.assert_status(201);
    }
    let group = json!({ "name": "outdoors", "tools": ["weather"] });
    server.as_admin(Ask::json(Method::POST, "/admin/api/tool-groups", &group)).await.assert_status(201);
    server
}

/// The tools that are on for the user of this client, as an agent of theirs sees it.
async fn on(server: &Server, client_id: &str, secret: &str) -> Vec<String> {
    let ask = Ask::post("/oauth/token", &[("grant_type", "client_credentials")]).basic(client_id, secret);
    let token = server.send(ask).await.text("access_token");
    let list = server.send(Ask::get("/api/users/me").bearer(&token)).await;
    list.assert_status(200);
    let names = ["clock", "weather"].into_iter().filter(|name| list.body.contains(&format!("def {name}(")));
    names.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_new_user_has_on_what_was_ticked_and_becomes_the_current_one() {
    let server = with_tools().await;
    let mut browser = administrator(&server).await;
    let form = browser.open("/users/new").await;
    assert!(form.body.contains("name=\"tool.clock\" checked"), "{}", form.body);
    assert!(form.body.contains("name=\"tool.weather\">"), "{}", form.body);
    let made = browser.submit("/users", &form, &[("name", "zoe"), ("group.outdoors", "on")]).await;
    let (client_id, secret) = (made.assert_status(200).element("shown-1"), made.element("shown-2"));
    assert_eq!((client_id.starts_with("agent_user_usr_"), secret.len()), (true, 43));
    assert_eq!(on(&server, client_id, secret).await, ["weather"]);
    let list = browser.open("/users").await;
    assert_eq!((list.element("current"), list.element("client-id")), ("zoe", client_id));
}

#[tokio::test]
async fn switches_apply_to_the_selected_user_and_to_nobody_else() {
    let server = with_tools().await;
    let mut browser = administrator(&server).await;
    let mut secrets = Vec::new();
    for name in ["ann", "ben"] {
        let form = browser.open("/users/new").await;
        let made = browser.submit("/users", &form, &[("name", name)]).await;
        secrets.push((made.element("shown-1").to_owned(), made.element("shown-2").to_owned()));
    }
    let list = browser.open("/users").await;
    let ann = secrets[0].0.strip_prefix("agent_user_").expect("a user client").to_owned();
    let reply = browser.submit("/users/select", &list, &[("id", &ann)]).await;
    assert_eq!(reply.header("location"), "/users");
    let list = browser.open("/users").await;
    assert_eq!(list.element("current"), "ann");
    let fields = [("user_id", ann.as_str()), ("tool", "clock"), ("switch", "on")];
    let reply = browser.submit("/users/switch", &list, &fields).await;
    assert_eq!(reply.header("location"), "/users?done=switched");
    assert_eq!(on(&server, &secrets[0].0, &secrets[0].1).await, ["clock"]);
    assert_eq!(on(&server, &secrets[1].0, &secrets[1].1).await, Vec::<String>::new());
    let fields = [("user_id", "usr_nobody"), ("tool", "clock"), ("switch", "on")];
    browser.submit("/users/switch", &list, &fields).await.assert_error_page(404, "not_found");
}

#[tokio::test]
async fn a_name_that_is_taken_is_said_beside_it_and_the_ticks_stay() {
    let server = with_tools().await;
    let mut browser = administrator(&server).await;
    let form = browser.open("/users/new").await;
    let reply = browser.submit("/users", &form, &[("name", "alice"), ("tool.weather", "on")]).await;
    assert_eq!(reply.assert_status(409).element("name-problem"), "This name is taken.");
    assert!(
        reply.body.contains("name=\"tool.weather\" checked") && !reply.body.contains("name=\"tool.clock\" checked")
    );
}

#[tokio::test]
async fn an_administrators_selection_is_of_their_session_alone() {
    let server = with_tools().await;
    let (mut here, mut there) = (administrator(&server).await, administrator(&server).await);
    let list = here.open("/users").await;
    let alice =
        server.database.peek("SELECT id FROM users WHERE name = 'alice'")[0]["id"].as_str().expect("an id").to_owned();
    here.submit("/users/select", &list, &[("id", &alice)]).await;
    assert_eq!(here.open("/users").await.element("current"), "alice");
    assert!(there.open("/users").await.body.contains("id=\"nobody-selected\""));
}

#[tokio::test]
async fn nobody_else_selects_switches_or_creates() {
    let server = with_tools().await;
    let mut administrator = administrator(&server).await;
    let page = administrator.open("/users").await;
    let mut alice = Browser::new(&server);
    alice.sign_in("alice", "correct horse").await;
    let before = server.database.rows_written();
    assert_eq!(alice.open("/users").await.header("location"), "/admin/login?to=%2Fusers");
    for path in ["/users", "/users/select", "/users/switch"] {
        let fields = [("name", "zoe"), ("id", "x"), ("user_id", "x"), ("tool", "clock"), ("switch", "on")];
        let reply = alice.submit(path, &page, &fields).await;
        assert_eq!(reply.header("location"), "/admin/login", "{path}: {}", reply.status);
        let wrong =
            Ask::post(path, &[&[("csrf_token", "wrong")], &fields[..]].concat()).header("origin", server.issuer());
        assert_eq!(administrator.send(wrong).await.status, 403, "{path}");
    }
    assert_eq!(server.database.rows_written(), before);
}
