//! `/admin/login`

use crate::support::browser::Browser;
use crate::support::server::{ADMIN_TOKEN, Server};

#[tokio::test]
async fn the_admin_token_opens_the_admin_pages() {
    let server = Server::new();
    let mut browser = Browser::new(&server);
    let away = browser.open("/admin").await;
    assert_eq!((away.status.as_u16(), away.header("location")), (303, "/admin/login?to=%2Fadmin"));
    let login = browser.open(away.header("location")).await;
    let reply = browser.submit("/admin/login", &login, &[("token", ADMIN_TOKEN), ("action", "sign_in")]).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/admin"), "{}", reply.body);
    let home = browser.open("/admin").await;
    assert_eq!(home.assert_status(200).element("signed-in-as"), "the operator");
}
