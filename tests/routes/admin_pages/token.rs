//! `/admin/token`

use futures_util::join;
use ostiary::model::audit::EventKind;

use super::setup::set_up;
use super::{fresh, kept, opens};
use crate::support::admin::{enter, go_on, operator};
use crate::support::browser::Browser;
use crate::support::fault::Fault;
use crate::support::server::{ADMIN_TOKEN, Server};

#[tokio::test]
async fn a_new_token_takes_the_place_of_the_one_before_at_once() {
    let server = fresh();
    let old = set_up(&server).await;
    let mut browser = Browser::new(&server);
    enter(&mut browser, &old).await.assert_status(303);
    let mut elsewhere = Browser::new(&server);
    enter(&mut elsewhere, &old).await.assert_status(303);
    server.events.take();
    let page = browser.open("/admin/token").await;
    assert!(page.body.contains("id=\"what-goes\"") && !page.body.contains("id=\"is-secret\""));
    let made = browser.submit("/admin/token", &page, &[]).await;
    let new = made.assert_status(200).element("admin-token").to_owned();
    assert_eq!((new.len(), kept(&server).len()), (43, 1));
    assert!(opens(&server, &new).await && !opens(&server, &old).await);
    assert_eq!(server.events.take_kinds()[0], EventKind::AdminTokenCreated);
    assert_eq!(browser.open("/admin").await.status, 200, "who made it stays signed in");
    assert_eq!(elsewhere.open("/admin").await.status, 303, "who came with the one before does not");
    enter(&mut elsewhere, &old).await.assert_status(403);
    enter(&mut elsewhere, &new).await.assert_status(303);
}

#[tokio::test]
async fn a_user_who_administers_makes_a_new_one_when_the_old_one_is_lost() {
    let server = fresh().seed().await;
    let lost = set_up(&server).await;
    server.database.peek("UPDATE users SET role = 'admin' WHERE name = 'alice' RETURNING id");
    let mut alice = Browser::new(&server);
    alice.sign_in("alice", "alice").await;
    go_on(&mut alice).await.assert_status(303);
    for old in [lost, String::new()] {
        if old.is_empty() {
            server.database.peek("DELETE FROM admin_token RETURNING id");
        }
        let page = alice.open("/admin/token").await;
        let made = alice.submit("/admin/token", &page, &[]).await;
        let new = made.assert_status(200).element("admin-token").to_owned();
        assert!(opens(&server, &new).await && !opens(&server, &old).await);
    }
}

#[tokio::test]
async fn where_the_secret_rules_none_is_made_and_the_page_says_how_to_set_another() {
    let server = Server::new();
    let mut browser = operator(&server).await;
    let page = browser.open("/admin/token").await;
    assert!(page.body.contains("id=\"is-secret\"") && !page.body.contains("id=\"token-form\""));
    assert!(page.body.contains("npx wrangler secret put ADMIN_TOKEN"));
    let reply = browser.submit("/admin/token", &page, &[]).await;
    reply.assert_error_page(409, "conflict");
    assert!(reply.element("message-text").contains("The secret ADMIN_TOKEN is the admin token"), "{}", reply.body);
    assert!(kept(&server).is_empty() && opens(&server, ADMIN_TOKEN).await);
}

#[tokio::test]
async fn of_two_who_make_a_new_one_at_the_same_time_one_is_told_that_the_other_did() {
    let server = fresh();
    let old = set_up(&server).await;
    let mut browsers = [(); 2].map(|()| Browser::new(&server));
    let mut forms = Vec::new();
    for browser in &mut browsers {
        enter(browser, &old).await.assert_status(303);
        let page = browser.open("/admin/token").await;
        forms.push(browser.dress(browser.filled_in("/admin/token", &page, &[])));
    }
    let [one, two] = <[_; 2]>::try_from(forms).expect("two forms");
    let (one, two) = join!(server.send(one), server.send(two));
    let (made, told): (Vec<_>, Vec<_>) = [one, two].into_iter().partition(|reply| reply.status == 200);
    assert_eq!((made.len(), told.len()), (1, 1));
    assert!(opens(&server, made[0].element("admin-token")).await);
    assert!(matches!(told[0].status.as_u16(), 303 | 409), "out, or told: {}", told[0].body);
}

#[tokio::test]
async fn a_token_that_could_not_be_written_changes_nothing_and_one_whose_answer_was_lost_is_replaced_by_the_next() {
    for (fault, old_opens) in [(Fault::Fail, true), (Fault::FailAfterEffect, false)] {
        let server = fresh();
        let old = set_up(&server).await;
        let mut browser = Browser::new(&server);
        enter(&mut browser, &old).await.assert_status(303);
        let page = browser.open("/admin/token").await;
        server.events.take();
        // The session, the token that counts, and then the write.
        server.database.fault.set_once_after(2, fault);
        browser.submit("/admin/token", &page, &[]).await.assert_error_page(503, "temporarily_unavailable");
        assert_eq!(server.database.fault.disturbed(), 1);
        assert!(server.events.take_kinds().is_empty(), "{fault:?}: nobody was told of a token");
        assert_eq!(opens(&server, &old).await, old_opens, "{fault:?}");
        let made = browser.submit("/admin/token", &page, &[]).await;
        let new = made.assert_status(200).element("admin-token").to_owned();
        assert!(opens(&server, &new).await && !opens(&server, &old).await, "{fault:?}");
    }
}
