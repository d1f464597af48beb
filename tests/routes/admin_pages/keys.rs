//! `/admin/keys`

use super::administrator;
use crate::support::browser::Browser;
use crate::support::forge::es256_kid;
use crate::support::keys::set;
use crate::support::made_keys::made;
use crate::support::request::Ask;
use crate::support::server::Server;

/// How many keys are in this state.
async fn count(browser: &mut Browser<'_>, state: &str) -> usize {
    let page = browser.open("/admin/keys").await;
    page.assert_status(200).body.matches(&format!("{state}</span>")).count()
}

#[tokio::test]
async fn a_key_is_promoted_and_the_one_before_retired_from_the_page() {
    let spare = made(1);
    let server = Server::seeded().await.redeployed(&[("SIGNING_KEYS_NEXT", &set(&spare))]).knowing_its_keys().await;
    let (spare, before) = (&spare[0].0, es256_kid());
    let mut browser = administrator(&server).await;
    assert!(!browser.open("/admin/keys").await.body.contains("/admin/keys/promote"), "it was published just now");
    let question = browser.open(&format!("/admin/keys/promote?kid={spare}")).await;
    let early = browser.submit("/admin/keys/promote", &question, &[("kid", spare)]).await;
    assert!(early.assert_status(409).element("form-problem").contains("may not know it yet"), "{}", early.body);

    server.advance(360);
    let question = browser.open(&format!("/admin/keys/promote?kid={spare}")).await;
    assert!(question.body.contains("No token in flight is lost."));
    let done = browser.submit("/admin/keys/promote", &question, &[("kid", spare)]).await;
    assert_eq!(done.header("location"), "/admin/keys?done=promoted", "{}", done.body);
    assert_eq!((count(&mut browser, "signing").await, count(&mut browser, "published").await), (2, 2));

    let signing = browser.submit("/admin/keys/retire", &question, &[("kid", spare)]).await;
    assert!(signing.assert_status(409).element("form-problem").contains("This key signs"));
    let question = browser.open(&format!("/admin/keys/retire?kid={before}")).await;
    let done = browser.submit("/admin/keys/retire", &question, &[("kid", &before)]).await;
    assert_eq!(done.header("location"), "/admin/keys?done=retired");
    assert_eq!(count(&mut browser, "retired").await, 1);
}

#[tokio::test]
async fn nobody_else_changes_a_key() {
    let server = Server::seeded().await.knowing_its_keys().await;
    let mut administrator = administrator(&server).await;
    let page = administrator.open("/admin/keys").await;
    let mut alice = Browser::new(&server);
    alice.sign_in("alice", "correct horse").await;
    assert_eq!(alice.open("/admin/keys").await.header("location"), "/admin/login?to=%2Fadmin%2Fkeys");
    for path in ["/admin/keys/promote", "/admin/keys/retire"] {
        let reply = alice.submit(path, &page, &[("kid", &es256_kid())]).await;
        assert_eq!(reply.header("location"), "/admin/login", "{path}");
        let wrong =
            Ask::post(path, &[("csrf_token", "wrong"), ("kid", &es256_kid())]).header("origin", server.issuer());
        assert_eq!(administrator.send(wrong).await.status, 403, "{path}");
    }
}
