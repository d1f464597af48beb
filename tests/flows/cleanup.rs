//! Clean-up removes what is over, and nothing before.

use std::sync::Arc;
use std::time::Duration;

use ostiary::app::App;
use ostiary::config::Config;
use ostiary::model::audit::EventKind;
use ostiary::service::audit;
use ostiary::service::cleanup::{self, clean_up};

use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::server::Server;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

#[tokio::test]
async fn a_session_stays_while_it_is_live_and_goes_soon_after() {
    let server = Server::seeded().await;
    let mut used = Browser::new(&server);
    used.sign_in("alice", "alice").await;
    Browser::new(&server).sign_in("bob", "bob").await;
    for hours in (0..24 * 7).step_by(11) {
        used.open("/account").await.assert_status(200);
        server.advance(11 * HOUR);
        server.clean_up().await;
        assert_eq!(server.kept()[0], if hours == 0 { 2 } else { 1 }, "{hours} h");
    }
    assert!(used.open("/account").await.status != 200, "it is past its absolute end");
    server.clean_up_every(HOUR, 2).await;
    assert_eq!(server.kept()[0], 0);
}

#[tokio::test]
async fn a_revoked_token_is_remembered_until_it_is_over() {
    let server = Server::seeded().await;
    let own = server.send(SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")])).await;
    server.send(SERVER.revoke(&own.text("access_token"))).await.assert_status(200);
    server.advance(30 * MINUTE - 1);
    server.clean_up().await;
    assert!(!flow::is_active(&server, &own.text("access_token")).await);
    assert_eq!(server.kept()[1], 1);
    server.advance(6 * MINUTE);
    assert_eq!(server.clean_up().await.count("revoked_tokens"), 1);
}

#[tokio::test]
async fn a_code_that_nobody_redeemed_goes_when_its_page_cannot_be_answered_again() {
    let server = Server::seeded().await;
    flow::code(&server, &WEB).await;
    server.clean_up_every(5 * MINUTE, 6).await;
    assert_eq!(server.kept()[2], 1);
    server.clean_up_every(5 * MINUTE, 1).await;
    assert_eq!(server.kept()[2], 0);
}

#[tokio::test]
async fn a_no_cannot_be_made_a_yes_by_waiting_for_a_clean_up() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let page = browser.open(&SERVER.authorize_path(&[])).await;
    browser.answer(&page, "deny").await.assert_error_redirect(SERVER.redirect_uri, "access_denied");
    for minute in 1..40 {
        server.clean_up_every(MINUTE, 1).await;
        let yes = browser.answer(&page, "approve").await;
        assert_eq!(yes.status, if minute < 30 { 409 } else { 400 }, "minute {minute}");
    }
    assert_eq!(server.kept()[2], 0);
}

#[tokio::test]
async fn a_grant_in_use_is_never_lost_and_goes_after_its_absolute_end() {
    let server = Server::seeded().await;
    let mut token = flow::tokens(&server, &WEB).await.text("refresh_token");
    for day in (29..180).step_by(29) {
        server.clean_up_every(DAY, 29).await;
        let reply = server.send(WEB.refresh(&token)).await;
        assert_eq!(reply.status, 200, "day {day}: {}", reply.body);
        token = reply.text("refresh_token");
    }
    server.clean_up_every(DAY, 5).await;
    server.send(WEB.refresh(&token)).await.assert_status(200);
    server.clean_up_every(DAY, 2).await;
    server.send(WEB.refresh(&token)).await.assert_error(400, "invalid_grant");
    assert_eq!(server.kept()[2], 0);
}

#[tokio::test]
async fn a_grant_that_nobody_uses_goes_after_its_idle_end() {
    let server = Server::seeded().await;
    flow::tokens(&server, &WEB).await;
    server.clean_up_every(DAY, 30).await;
    assert_eq!(server.kept()[2], 1);
    server.clean_up_every(5 * MINUTE, 2).await;
    assert_eq!(server.kept()[2], 0);
}

#[tokio::test]
async fn a_grant_lives_as_long_as_it_was_promised_though_the_settings_were_shortened() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("refresh_token");
    let day = Duration::from_secs(DAY);
    let config = Config { grant_ttl: day, refresh_ttl: day, ..(*server.app.config).clone() };
    let shortened = App::new(Arc::new(config), server.app.ports.clone());
    for _ in 0..29 {
        server.advance(DAY);
        clean_up(&shortened).await.expect("a clean-up");
    }
    server.send(WEB.refresh(&token)).await.assert_status(200);
}

#[tokio::test]
async fn a_grant_that_ended_goes_and_nothing_of_it_comes_to_life() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    server.send(WEB.revoke(&tokens.text("refresh_token"))).await.assert_status(200);
    server.clean_up_every(5 * MINUTE, 6).await;
    assert_eq!(server.kept()[2], 1, "its code may be known to somebody, and its page open");
    server.clean_up_every(5 * MINUTE, 1).await;
    assert_eq!(server.kept()[2], 0);
    server.send(WEB.refresh(&tokens.text("refresh_token"))).await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn a_grant_from_before_the_column_that_clean_up_goes_by_is_asked_first() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("refresh_token");
    let mut browser = Browser::new(&server);
    flow::authorize(&mut browser, &WEB, &[]).await;
    let page = browser.open(&WEB.authorize_path(&[])).await;
    browser.answer(&page, "deny").await.assert_error_redirect(WEB.redirect_uri, "access_denied");
    server.database.peek("UPDATE grants SET look_at = 0 RETURNING id");
    server.clean_up().await;
    assert_eq!(server.kept()[2], 3, "too young to be looked at");
    server.advance(36 * MINUTE);
    let removed = server.clean_up().await;
    assert_eq!((removed.count("grants"), removed.count("grants_kept")), (2, 1));
    server.send(WEB.refresh(&token)).await.assert_status(200);
}

#[tokio::test]
async fn what_people_and_administrators_made_stays() {
    let server = Server::seeded().await;
    flow::tokens(&server, &SERVER).await;
    let count = || {
        let all = "SELECT (SELECT COUNT(*) FROM users) AS users, (SELECT COUNT(*) FROM clients) AS clients, \
                   (SELECT COUNT(*) FROM consents) AS consents, (SELECT COUNT(*) FROM scopes) AS scopes";
        server.database.peek(all)
    };
    let before = count();
    server.clean_up_every(400 * DAY, 2).await;
    assert_eq!(server.kept(), [0; 3]);
    assert_eq!(count(), before);
    assert_eq!(before[0]["consents"], 1);
}

#[tokio::test]
async fn an_event_stays_in_the_audit_log_for_the_days_of_the_setting_and_no_longer() {
    for (setting, days) in [("", 90), ("1", 1), ("400", 400)] {
        let server = Server::with(&[("AUDIT_RETENTION_DAYS", setting)]).seed().await;
        Browser::new(&server).sign_in("alice", "alice").await;
        let events = server.events.take();
        assert!(events.iter().any(|event| event.kind == EventKind::SignIn));
        audit::store(&server.app, events).await.expect("kept");
        let kept = || server.audit_database.peek("SELECT kind FROM audit WHERE kind = 'sign_in'").len();
        server.advance(days * DAY);
        server.clean_up().await;
        assert_eq!(kept(), 1, "{days} days");
        server.advance(1);
        assert!(server.clean_up().await.count("audit") >= 1);
        assert_eq!(kept(), 0, "{days} days and a second");
    }
}

/// Tables of both databases whose rows stay until somebody removes them, and why there are not more and more.
const STAYS: [(&str, &str); 18] = [
    ("users", "administrators remove them"),
    ("scopes", "administrators remove them"),
    ("resources", "administrators remove them"),
    ("initial_access_tokens", "administrators made them and see there that one is over"),
    ("tools", "administrators remove them"),
    ("tool_groups", "administrators remove them"),
    ("tool_group_members", "one for each tool of a group"),
    ("user_tools", "one for each user and tool"),
    ("user_tool_groups", "one for each user and group"),
    ("providers", "administrators remove them"),
    ("server_connections", "one for each provider"),
    ("consents", "people remove them, and they go with user and client"),
    ("connections", "people remove them; one for each user, agent and provider"),
    ("user_identities", "people remove them"),
    ("agents", "people remove them"),
    ("admin_token", "one"),
    ("metrics", "one for each sample, of which there is a bounded number"),
    ("metric_agents", "a hundred"),
];

#[tokio::test]
async fn every_table_is_cleaned_or_there_is_a_reason_why_its_rows_stay() {
    let server = Server::new();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let tables = [server.database.peek(tables), server.audit_database.peek(tables)].concat();
    assert!(tables.len() > 30, "{tables:?}");
    for table in tables {
        let table = table["name"].as_str().expect("a name");
        let is_cleaned = cleanup::tables().any(|cleaned| cleaned == table);
        let stays = STAYS.iter().any(|(name, _)| *name == table);
        assert!(
            is_cleaned != stays,
            "{table}: add it to service/cleanup/kinds.rs, or here with the reason why it stays"
        );
    }
}
