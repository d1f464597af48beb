//! Who is asked what, and how lately they signed in.

use crate::relying_party::{Mode, RelyingParty};
use crate::support::server::Server;

in_both_modes! {
    oidcc_prompt_login_asks_again_and_moves_auth_time,
    oidcc_prompt_none_not_logged_in_answers_login_required,
    oidcc_prompt_none_logged_in_succeeds_silently,
    oidcc_max_age_1_asks_again_after_two_seconds,
    oidcc_max_age_10000_asks_nobody_and_keeps_auth_time,
    oidcc_id_token_hint_of_the_person_succeeds_silently,
}

async fn oidcc_prompt_login_asks_again_and_moves_auth_time(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let first = suite.sign_in(&[]).await;
    server.advance(2);
    let page = suite.ask(&[("prompt", "login")]).await;
    assert!(page.is_login_page());
    let reply = suite.browser.sign_in_on(&page, "alice", "alice").await;
    let second = suite.finish(&reply, &[]).await;
    assert_eq!(second.id_token["sub"], first.id_token["sub"]);
    assert_eq!(second.id_token["auth_time"], 1_800_000_002, "later than {}", first.id_token["auth_time"]);
}

async fn oidcc_prompt_none_not_logged_in_answers_login_required(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let reply = suite.ask(&[("prompt", "none")]).await;
    suite.assert_refused(&reply, "login_required");
}

async fn oidcc_prompt_none_logged_in_succeeds_silently(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let first = suite.sign_in(&[]).await;
    server.advance(60);
    let second = suite.sign_in_silently(&[("prompt", "none")]).await;
    for same in ["sub", "auth_time", "sid"] {
        assert_eq!(second.id_token[same], first.id_token[same], "{same}");
    }
}

async fn oidcc_max_age_1_asks_again_after_two_seconds(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let first = suite.sign_in(&[]).await;
    server.advance(2);
    let page = suite.ask(&[("max_age", "1")]).await;
    assert!(page.is_login_page());
    let reply = suite.go_on(page).await;
    let second = suite.finish(&reply, &[]).await;
    assert_eq!(second.id_token["sub"], first.id_token["sub"]);
    assert_eq!(second.id_token["auth_time"], 1_800_000_002, "later than {}", first.id_token["auth_time"]);
    assert_eq!(second.id_token["auth_time"], second.id_token["iat"], "and recent");
}

async fn oidcc_max_age_10000_asks_nobody_and_keeps_auth_time(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let first = suite.sign_in(&[("max_age", "15000")]).await;
    assert_eq!(first.id_token["auth_time"], 1_800_000_000);
    server.advance(2);
    let second = suite.sign_in_silently(&[("max_age", "10000")]).await;
    for same in ["sub", "auth_time"] {
        assert_eq!(second.id_token[same], first.id_token[same], "{same}");
    }
}

async fn oidcc_id_token_hint_of_the_person_succeeds_silently(mode: Mode) {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, mode).await;
    let first = suite.sign_in(&[]).await;
    server.advance(2 * 60 * 60);
    let hint = [("prompt", "none"), ("id_token_hint", first.token("id_token"))];
    let second = suite.sign_in_silently(&hint).await;
    for same in ["sub", "auth_time"] {
        assert_eq!(second.id_token[same], first.id_token[same], "{same}");
    }
}
