//! `/setup` (D6): the first start.

use futures_util::join;
use ostiary::model::audit::EventKind;
use ostiary::protocol::digest::sha256_base64url;

use super::{fresh, kept, opens};
use crate::support::admin::enter;
use crate::support::browser::Browser;
use crate::support::fault::Fault;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};

/// Sets the server up, and answers the token.
pub async fn set_up(server: &Server) -> String {
    let mut browser = Browser::new(server);
    let page = browser.open("/setup").await;
    browser.submit("/setup", &page, &[]).await.assert_status(200).element("admin-token").to_owned()
}

#[tokio::test]
async fn the_first_start_makes_a_token_that_opens_everything_and_is_kept_as_its_hash() {
    let server = fresh();
    let mut browser = Browser::new(&server);
    let page = browser.open("/setup").await;
    assert!(page.assert_status(200).body.contains("id=\"set-up\"") && !page.body.contains("id=\"code\""));
    assert!(kept(&server).is_empty(), "looking makes none");
    let made = browser.submit("/setup", &page, &[]).await;
    let token = made.assert_status(200).element("admin-token").to_owned();
    assert_eq!((token.len(), made.header("cache-control")), (43, "no-store"));
    assert!(opens(&server, &token).await && !opens(&server, &token[1..]).await);
    let bearer = Ask::get("/admin/api/scopes").bearer(&token);
    server.send(bearer).await.assert_status(200);
    let row = kept(&server);
    assert_eq!((row.len(), row[0]["token_hash"].as_str()), (1, Some(sha256_base64url(&token).as_str())));
    let events = server.events.take();
    let made = events.iter().find(|event| event.kind == EventKind::AdminTokenCreated).expect("an event");
    assert_eq!((made.actor.as_deref(), made.reason.as_deref()), (Some("admin"), Some("set-up")));
}

#[tokio::test]
async fn set_up_is_done_once_and_says_so_afterwards() {
    let server = fresh();
    let mut late = Browser::new(&server);
    let page = late.open("/setup").await;
    let token = set_up(&server).await;
    let before = kept(&server);
    let reply = late.submit("/setup", &page, &[]).await;
    assert_eq!(reply.assert_status(409).element("message-title"), "Set-up is done");
    let page = late.open("/setup").await;
    assert_eq!(page.assert_status(200).element("message-title"), "Set-up is done");
    assert_eq!(kept(&server), before);
    assert!(opens(&server, &token).await);
}

#[tokio::test]
async fn of_people_who_set_up_at_the_same_time_one_gets_the_token_and_the_others_are_told() {
    let server = fresh();
    let mut browsers = [(); 3].map(|()| Browser::new(&server));
    let mut forms = Vec::new();
    for browser in &mut browsers {
        let page = browser.open("/setup").await;
        forms.push(browser.dress(browser.filled_in("/setup", &page, &[])));
    }
    let [one, two, three] = <[_; 3]>::try_from(forms).expect("three forms");
    let elsewhere = server.fresh_isolate();
    let (one, two, three) = join!(server.send(one), elsewhere.send(two), server.send(three));
    let (made, told): (Vec<_>, Vec<_>) = [one, two, three].into_iter().partition(|reply| reply.status == 200);
    assert_eq!((made.len(), told.len()), (1, 2));
    for reply in told {
        assert_eq!(reply.assert_status(409).element("message-title"), "Set-up is done");
        assert!(!reply.body.contains("admin-token"));
    }
    assert!(opens(&server, made[0].element("admin-token")).await);
    assert_eq!(kept(&server).len(), 1);
}

#[tokio::test]
async fn the_secret_admin_token_makes_set_up_unnecessary_and_wins_over_the_stored_one() {
    let server = Server::new();
    let mut browser = Browser::new(&server);
    let page = browser.open("/setup").await;
    assert_eq!(page.assert_status(200).element("message-title"), "No set-up is needed");
    let login = browser.open("/login").await;
    let reply = browser.submit("/setup", &login, &[]).await;
    assert_eq!(reply.assert_status(409).element("message-title"), "No set-up is needed");
    assert!(kept(&server).is_empty());

    let without = fresh();
    let token = set_up(&without).await;
    let with_secret = without.redeployed(&[]);
    assert!(opens(&with_secret, ADMIN_TOKEN).await && !opens(&with_secret, &token).await);
    with_secret.hops.take();
    assert!(!opens(&with_secret, &token).await);
    assert!(with_secret.hops.take().is_empty(), "the stored one is not even read");
    let without = with_secret.redeployed(&[("ADMIN_TOKEN", "")]);
    assert!(opens(&without, &token).await && !opens(&without, ADMIN_TOKEN).await);
}

#[tokio::test]
async fn a_form_of_another_browser_or_site_sets_nothing_up() {
    let server = fresh();
    let mut browser = Browser::new(&server);
    let page = browser.open("/setup").await;
    let mut other = Browser::new(&server);
    other.open("/setup").await;
    other.submit("/setup", &page, &[]).await.assert_error_page(403, "access_denied");
    let csrf_token = page.field("csrf_token");
    for origin in ["https://evil.example", "null"] {
        let form = Ask::post("/setup", &[("csrf_token", &csrf_token)]).header("origin", origin);
        server.send(browser.dress(form)).await.assert_error_page(403, "access_denied");
    }
    let bare = browser.dress(Ask::post("/setup", &[]));
    server.send(bare).await.assert_error_page(400, "invalid_request");
    assert!(kept(&server).is_empty());
}

#[tokio::test]
async fn a_database_that_fails_makes_no_token_known() {
    let server = fresh();
    let mut browser = Browser::new(&server);
    let page = browser.open("/setup").await;
    for fault in [Fault::Fail, Fault::FailAfterEffect] {
        server.database.fault.set_once_after(0, fault);
        let reply = browser.submit("/setup", &page, &[]).await;
        assert_eq!(reply.status, 503, "{fault:?}");
        assert!(!reply.body.contains("admin-token"));
    }
    let reply = browser.submit("/setup", &page, &[]).await;
    assert_eq!(
        reply.assert_status(409).element("message-title"),
        "Set-up is done",
        "the token was kept, and nobody saw it"
    );
}

const LOST: &str = "DELETE FROM admin_token";

/// docs/deployment.md has this command for a token that nobody knows any more.
#[tokio::test]
async fn a_lost_token_is_taken_out_of_the_database_by_the_documented_command_and_set_up_makes_another() {
    let docs = include_str!("../../../docs/deployment.md");
    let command = format!("npx wrangler d1 execute ostiary --remote --command \"{LOST}\"\n");
    assert!(docs.contains(&command), "docs/deployment.md has another command");
    let server = fresh();
    let lost = set_up(&server).await;
    let mut inside = Browser::new(&server);
    enter(&mut inside, &lost).await.assert_status(303);
    inside.open("/admin").await.assert_status(200);
    server.database.peek(LOST);
    assert!(kept(&server).is_empty());
    assert!(!opens(&server, &lost).await);
    assert_eq!(inside.open("/admin").await.status, 303, "whoever signed in with it is out");
    let token = set_up(&server).await;
    assert!(opens(&server, &token).await && !opens(&server, &lost).await);
}
