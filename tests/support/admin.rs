//! What an administrator does.

use axum::http::Method;
use ostiary::ports::{Database as _, Statement};
use serde_json::{Value, json};

use super::browser::Browser;
use super::flow::{self, SERVER};
use super::reply::Reply;
use super::request::Ask;
use super::server::{ADMIN_TOKEN, Server};

/// The id of the user of this name.
pub async fn user_id(server: &Server, name: &str) -> String {
    let reply = server.as_admin(Ask::get("/admin/api/users")).await.json();
    let users = reply["users"].as_array().expect("users");
    let user = users.iter().find(|user| user["name"] == name).unwrap_or_else(|| panic!("no {name} in {reply}"));
    user["id"].as_str().expect("an id").to_owned()
}

/// Makes a user with this name and password; answers what the API shows.
pub async fn make_user(server: &Server, name: &str, password: &str) -> Value {
    let body = json!({ "name": name, "password": password });
    let reply = server.as_admin(Ask::json(Method::POST, "/admin/api/users", &body)).await;
    reply.assert_status(201).json()
}

/// Changes the user of this name.
pub async fn edit_user(server: &Server, name: &str, settings: Value) -> Value {
    let path = format!("/admin/api/users/{}", user_id(server, name).await);
    server.as_admin(Ask::json(Method::PATCH, &path, &settings)).await.assert_status(200).json()
}

/// Makes a client; answers what the API shows.
pub async fn make_client(server: &Server, settings: Value) -> Value {
    let reply = server.as_admin(Ask::json(Method::POST, "/admin/api/clients", &settings)).await;
    reply.assert_status(201).json()
}

/// Changes a client.
pub async fn edit_client(server: &Server, id: &str, settings: Value) -> Value {
    let path = format!("/admin/api/clients/{id}");
    server.as_admin(Ask::json(Method::PATCH, &path, &settings)).await.assert_status(200).json()
}

/// The id and secret of the user client of this name, the secret new.
pub async fn user_client(server: &Server, name: &str) -> (String, String) {
    let id = format!("agent_user_{}", user_id(server, name).await);
    let path = format!("/admin/api/clients/{id}/secret");
    let secret = server.as_admin(Ask::method(Method::POST, &path)).await.assert_status(200).text("client_secret");
    (id, secret)
}

/// Marks demo-server as a client that may ask for `admin`, and makes alice an administrator; what she had begun is over.
pub async fn appoint(server: &Server) {
    edit_client(server, SERVER.id, json!({ "scope": "read:tools call:tools openid admin", "first_party": true })).await;
    edit_user(server, "alice", json!({ "role": "admin" })).await;
    server.advance(1);
}

/// An access token of alice, who is an administrator, with the scope `admin` for the admin API.
pub async fn access_token(server: &Server) -> String {
    appoint(server).await;
    access_token_for(server, &[("scope", "admin"), ("resource", "http://localhost:8787/admin/api")]).await
}

/// An access token that demo-server gets from alice with these parameters.
pub async fn access_token_for(server: &Server, asked: &[(&str, &str)]) -> String {
    let reply = flow::authorize(&mut Browser::new(server), &SERVER, asked).await;
    let code = reply.location_parameter("code").unwrap_or_else(|| panic!("no code: {} {}", reply.status, reply.body));
    server.send(SERVER.redeem(&code)).await.assert_status(200).text("access_token")
}

/// Writes down a signing key whose slot was overwritten; its last token is over in 2030.
pub async fn old_key(server: &Server, kid: &str) {
    let public = json!({ "kty": "EC", "crv": "P-256", "x": kid, "y": kid, "kid": kid, "alg": "ES256", "use": "sig" });
    let sql = "INSERT INTO signing_keys (kid, algorithm, public_key, first_seen_at, signed_from, over_at) \
               VALUES (?1, 'ES256', ?2, 0, 0, 1900000000)";
    let row = Statement::write(sql, vec![kid.into(), public.to_string().into()]);
    server.database.run(row).await.expect("SQL of the test");
    server.app.signing_keys.clear();
}

/// Has a signing key promoted or retired.
pub fn change_key(kid: &str, change: &str) -> Ask {
    Ask::method(Method::POST, &format!("/admin/api/keys/{kid}/{change}")).header("x-admin-token", ADMIN_TOKEN)
}

/// Asks the admin API for this; answers what it shows.
pub async fn show(server: &Server, path: &str) -> Value {
    server.as_admin(Ask::get(path)).await.assert_status(200).json()
}

/// Removes this.
pub async fn remove(server: &Server, path: &str) {
    let reply = server.as_admin(Ask::method(Method::DELETE, path)).await;
    assert_eq!((reply.assert_status(204).body.as_str(), reply.header("content-type")), ("", ""));
}

/// Signs in to the admin pages with this token.
pub async fn enter(browser: &mut Browser<'_>, token: &str) -> Reply {
    let login = browser.open("/admin/login").await;
    browser.submit("/admin/login", &login, &[("token", token), ("action", "sign_in")]).await
}

/// A browser in which the operator is signed in to the admin pages.
pub async fn operator(server: &Server) -> Browser<'_> {
    let mut browser = Browser::new(server);
    let reply = enter(&mut browser, ADMIN_TOKEN).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/admin"), "{}", reply.body);
    browser
}

/// A browser in which alice, who is an administrator, is signed in, also to the admin pages.
pub async fn alice_the_administrator(server: &Server) -> Browser<'_> {
    edit_user(server, "alice", json!({ "role": "admin" })).await;
    server.advance(1);
    let mut browser = Browser::new(server);
    browser.sign_in("alice", "alice").await;
    let reply = go_on(&mut browser).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/admin"), "{}", reply.body);
    browser
}

/// Goes on as an administrator as whoever is signed in.
pub async fn go_on(browser: &mut Browser<'_>) -> Reply {
    let login = browser.open("/admin/login").await;
    browser.submit("/admin/login", &login, &[("action", "continue")]).await
}
