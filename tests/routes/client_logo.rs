//! `/client-logo/{client_id}`: what is fetched, what is passed on.

use ostiary::ports::Limit;
use serde_json::json;

use crate::support::admin::{edit_client, make_client};
use crate::support::browser::Browser;
use crate::support::fault::Fault;
use crate::support::flow::SERVER;
use crate::support::request::Ask;
use crate::support::server::Server;

const LOGO: &str = "https://logo.example/logo";
const GIF: &[u8] = b"GIF89a, and pixels";
const PATH: &str = "/client-logo/app";

/// A deployed server with a client whose logo is at `logo_uri`.
async fn with_logo(logo_uri: &str) -> Server {
    let server = Server::deployed();
    let body = json!({
        "client_id": "app", "client_name": "App", "redirect_uris": ["https://app.example/cb"], "logo_uri": logo_uri,
    });
    make_client(&server, body).await;
    server
}

#[tokio::test]
async fn an_image_is_passed_on_as_one_that_may_do_nothing() {
    let server = with_logo(LOGO).await;
    server.http.answer(LOGO, 200, "image/GIF; x=y", GIF);
    let reply = server.send(Ask::get(PATH)).await;
    assert_eq!((reply.status.as_u16(), reply.body.as_bytes()), (200, GIF));
    for (name, value) in [
        ("content-type", "image/gif"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cache-control", "public, max-age=3600"),
    ] {
        assert_eq!(reply.header(name), value);
    }
    assert_eq!(server.http.take_asked(), [LOGO]);
}

#[tokio::test]
async fn what_is_not_an_image_by_both_its_type_and_its_bytes_is_not_passed_on() {
    let server = with_logo(LOGO).await;
    let long = [GIF, &vec![b'x'; 64 * 1024]].concat();
    for (status, content_type, body) in [
        (200, "text/html", GIF),
        (200, "", GIF),
        (200, "image/gif", &b"<script>alert(1)</script>"[..]),
        (200, "image/png", GIF),
        (200, "image/webp", b"RIFF"),
        (200, "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        (200, "image/gif", b""),
        (200, "image/gif", &long),
        (206, "image/gif", GIF),
        (302, "image/gif", GIF),
        (404, "image/gif", GIF),
        (500, "image/gif", GIF),
    ] {
        server.http.answer(LOGO, status, content_type, body);
        server.send(Ask::get(PATH)).await.assert_says(404, "not_found", "there is no logo");
    }
    server.http.fault.set(Fault::Fail);
    server.send(Ask::get(PATH)).await.assert_says(404, "not_found", "there is no logo");
}

#[tokio::test]
async fn without_a_logo_nobody_is_asked() {
    let server = with_logo("").await;
    for path in [PATH, "/client-logo/nobody", "/client-logo/%ff"] {
        server.send(Ask::get(path)).await.assert_error(404, "not_found");
    }
    edit_client(&server, "app", json!({ "logo_uri": LOGO, "disabled": true })).await;
    server.send(Ask::get(PATH)).await.assert_error(404, "not_found");
    assert!(server.http.take_asked().is_empty());
}

#[tokio::test]
async fn neither_our_own_host_nor_a_private_one_is_asked() {
    for url in [
        "https://10.0.0.1/a",
        "https://127.0.0.1/a",
        "https://localhost/a",
        "https://0xA9FEA9FE/latest/meta-data/",
        "https://169.254.169.254/",
        "https://[::1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://metadata.google.internal/",
        "https://intranet/a",
        "https://auth.example/client-logo/app",
        "https://AUTH.example.:443/client-logo/app",
    ] {
        let server = with_logo(url).await;
        server.send(Ask::get(PATH)).await.assert_error(404, "not_found");
        assert!(server.http.take_asked().is_empty(), "{url}");
    }
}

#[tokio::test]
async fn a_logo_that_was_just_set_is_there_at_once() {
    let server = with_logo("").await;
    server.http.answer(LOGO, 200, "image/gif", GIF);
    server.send(Ask::get(PATH)).await.assert_status(404);
    let elsewhere = server.fresh_isolate();
    edit_client(&elsewhere, "app", json!({ "logo_uri": LOGO })).await;
    server.send(Ask::get(PATH)).await.assert_status(200);
}

#[tokio::test]
async fn the_consent_page_shows_the_logo_by_way_of_us_and_only_if_there_is_one() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    assert!(!browser.open(&SERVER.authorize_path(&[])).await.body.contains("client-logo"));
    edit_client(&server, SERVER.id, json!({ "logo_uri": LOGO })).await;
    let page = browser.open(&SERVER.authorize_path(&[])).await;
    assert!(page.body.contains("id=\"client-logo\" src=\"/client-logo/demo-server\""), "{}", page.body);
    assert!(!page.body.contains("logo.example") && server.http.take_asked().is_empty());
}

#[tokio::test]
async fn nobody_has_us_ask_one_host_for_logos_as_often_as_they_like() {
    let server = with_logo(LOGO).await;
    server.http.answer(LOGO, 200, "image/gif", GIF);
    server.limiter.set(Limit::Outbound, 10);
    let mut fetched = 0;
    for address in 0..15 {
        let ask = Ask::get(PATH).header("cf-connecting-ip", &format!("192.0.2.{address}"));
        fetched += usize::from(server.send(ask).await.status == 200);
    }
    assert_eq!((fetched, server.http.take_asked().len()), (10, 10), "from however many addresses they come");
    server.advance(60);
    server.send(Ask::get(PATH)).await.assert_status(200);
}
