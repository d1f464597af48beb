//! Tools: what administrators make, what people switch, what agents call.

use axum::http::Method;
use serde_json::{Value, json};

use super::admin::user_client;
use super::forge::Jwt;
use super::reply::Reply;
use super::request::Ask;
use super::server::Server;

/// All that has to do with tools.
pub const EVERY_SCOPE: &str = "read:tools call:tools manage:tools";

/// A tool of this name that asks `https://tools.example/<name>` with one argument in its query.
pub fn tool(name: &str) -> Value {
    json!({
        "name": name,
        "description": format!("What {name} does"),
        "input_schema": { "type": "object", "properties": { "q": { "type": "string" } }, "additionalProperties": false },
        "request": { "method": "GET", "url": url(name), "query": { "q": "{q}" } },
    })
}

/// Where such a tool asks, when it is called without arguments.
pub fn url(name: &str) -> String {
    format!("https://tools.example/{name}")
}

/// `settings` with these members, too.
pub fn with(mut settings: Value, changed: &Value) -> Value {
    for (name, value) in changed.as_object().expect("members") {
        settings[name] = value.clone();
    }
    settings
}

/// Makes a tool; answers what the API shows.
pub async fn make_tool(server: &Server, settings: Value) -> Value {
    let reply = server.as_admin(Ask::json(Method::POST, "/admin/api/tools", &settings)).await;
    reply.assert_status(201).json()
}

/// Makes a group of these tools; answers what the API shows.
pub async fn make_group(server: &Server, name: &str, tools: &[&str]) -> Value {
    let settings = json!({ "name": name, "tools": tools });
    let reply = server.as_admin(Ask::json(Method::POST, "/admin/api/tool-groups", &settings)).await;
    reply.assert_status(201).json()
}

/// A token of the user of this name, for our API, with these scopes.
pub async fn token(server: &Server, name: &str, scope: &str) -> String {
    let (id, secret) = user_client(server, name).await;
    let ask = Ask::post("/oauth/token", &[("grant_type", "client_credentials")]).basic(&id, &secret);
    let token = server.send(ask).await.assert_status(200).text("access_token");
    Jwt::of(&token).claim("scope", json!(scope)).signed(server).await
}

/// Calls a tool.
pub async fn call(server: &Server, token: &str, name: &str, arguments: Value) -> Reply {
    server.send(ask(token, name, &arguments)).await
}

/// A call of a tool.
pub fn ask(token: &str, name: &str, arguments: &Value) -> Ask {
    Ask::json(Method::POST, &format!("/api/tools/{name}/call"), arguments).bearer(token)
}

/// Sets a switch, `tools/<name>` or `tool-groups/<name>`; `None` takes it back. Answers how it stands.
pub async fn switch(server: &Server, token: &str, what: &str, enabled: Option<bool>) -> Value {
    let path = format!("/api/users/me/{what}");
    let ask = match enabled {
        Some(enabled) => Ask::json(Method::PUT, &path, &json!({ "enabled": enabled })),
        None => Ask::method(Method::DELETE, &path),
    };
    server.send(ask.bearer(token)).await.assert_status(200).json()
}

/// The names of the tools that are on for the token's user.
pub async fn names_on(server: &Server, token: &str) -> Vec<String> {
    let all = server.send(Ask::get("/api/users/me/tools").bearer(token)).await.assert_status(200).json();
    let on = all["tools"].as_array().expect("tools").iter().filter(|tool| tool["enabled"] == true);
    on.map(|tool| tool["name"].as_str().expect("a name").to_owned()).collect()
}

/// The functions in the Python module of the token's user.
pub async fn functions(server: &Server, token: &str) -> Vec<String> {
    let module = server.send(Ask::get("/api/users/me").bearer(token)).await.assert_status(200).body.clone();
    let after = module.split_once("\n_BUILT_IN_URL = ").expect("the fixed head").1;
    after.lines().filter_map(|line| Some(line.strip_prefix("def ")?.split_once('(')?.0.to_owned())).collect()
}
