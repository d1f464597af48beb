//! 3rd-Party-Init OP: where a sign-in may be begun for a relying party (Core 4).

use axum::http::Method;
use serde_json::json;

use crate::support::request::Ask;
use crate::support::server::Server;

const CALLBACK: &str = "https://suite.example/callback";
const START: &str = "https://suite.example/start";

#[tokio::test]
async fn oidcc_3rd_party_init_login_is_told_to_who_registers_and_to_who_reads() {
    let server = Server::deployed();
    let metadata = json!({ "redirect_uris": [CALLBACK], "initiate_login_uri": START });
    let told = server.send(Ask::json(Method::POST, "/oauth/register", &metadata)).await.assert_status(201).json();
    assert_eq!(told["initiate_login_uri"], START);
    let uri = told["registration_client_uri"].as_str().expect("a URI");
    let token = told["registration_access_token"].as_str().expect("a token");
    let path = uri.strip_prefix(server.issuer()).expect("on our origin");
    let read = server.send(Ask::get(path).bearer(token)).await.assert_status(200).json();
    assert_eq!((&read["initiate_login_uri"], &read["client_id"]), (&json!(START), &told["client_id"]));
}

#[tokio::test]
async fn oidcc_3rd_party_init_login_nohttps_is_refused() {
    let server = Server::deployed();
    let http = START.replace("https:", "http:");
    let metadata = json!({ "redirect_uris": [CALLBACK], "initiate_login_uri": http });
    let refused = server.send(Ask::json(Method::POST, "/oauth/register", &metadata)).await;
    refused.assert_error(400, "invalid_client_metadata");
    assert!(server.database.peek("SELECT id FROM clients").is_empty());
}
