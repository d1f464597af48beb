//! `POST /oauth/authorize`: on as a GET.

use crate::support::browser::Browser;
use crate::support::flow::WEB;
use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn a_post_goes_on_as_a_get_with_its_parameters_in_the_query() {
    let server = Server::seeded().await;
    let path = WEB.authorize_path(&[("state", "a b&c=d")]);
    let (_, query) = path.split_once('?').expect("a query");
    for endpoint in ["/oauth/authorize", "/authorize"] {
        let ask = Ask::post_raw(endpoint, "application/x-www-form-urlencoded", query.as_bytes());
        let reply = Browser::new(&server).send(ask.header("origin", "https://client.example")).await;
        assert_eq!(reply.status, 303);
        assert_eq!(reply.header("location"), path);
        assert!(Browser::new(&server).open(reply.header("location")).await.is_login_page());
    }
}

#[tokio::test]
async fn a_post_that_would_not_fit_into_a_url_gets_a_page() {
    let server = Server::seeded().await;
    let ask = Ask::post("/oauth/authorize", &[("state", &"s".repeat(8 * 1024))]);
    Browser::new(&server).send(ask).await.assert_error_page(400, "invalid_request");
}

#[tokio::test]
async fn a_post_of_another_content_type_gets_a_page() {
    let server = Server::seeded().await;
    for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x"] {
        let ask = Ask::post_raw("/oauth/authorize", kind, b"client_id=demo-web");
        Browser::new(&server).send(ask).await.assert_error_page(400, "invalid_request");
    }
}
