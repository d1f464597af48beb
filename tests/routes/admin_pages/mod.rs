//! `/setup`, `/admin` and what is below it for browsers.

mod nouns;
mod setup;
mod sign_in;

use crate::support::browser::Browser;
use crate::support::server::{ADMIN_TOKEN, Server};

/// A browser in which the operator is signed in.
async fn administrator(server: &Server) -> Browser<'_> {
    let mut browser = Browser::new(server);
    let login = browser.open("/admin/login").await;
    let reply = browser.submit("/admin/login", &login, &[("token", ADMIN_TOKEN), ("action", "sign_in")]).await;
    assert_eq!(reply.header("location"), "/admin", "{}", reply.body);
    browser
}
