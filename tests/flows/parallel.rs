//! Requests at the same time: interleaved at every hop, which takes its time here.

use std::collections::HashSet;

use futures_util::future::{join, join_all};

use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::forge::Jwt;
use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test(start_paused = true)]
async fn ten_parallel_redemptions_of_one_code_are_one_success_whose_tokens_go_on_working() {
    for (blind, client) in [(false, WEB), (true, WEB), (false, SERVER), (true, SERVER)] {
        let server = Server::seeded().await;
        server.codes.set_blind(blind);
        let code = flow::code(&server, &client).await;
        let isolates = [server.fresh_isolate(), server.fresh_isolate()];
        let requests = (0..10).map(|number| isolates[number % 2].send(client.redeem(&code)));
        let (replies, _) = server.hops.depth_of(join_all(requests)).await;
        let (good, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 200);
        assert_eq!((good.len(), refused.len()), (1, 9));
        for reply in refused {
            reply.assert_says(400, "invalid_grant", "the code was used already");
        }
        assert!(flow::is_active(&server, &good[0].text("access_token")).await);
        let next = server.send(client.refresh(&good[0].text("refresh_token"))).await;
        next.assert_status(200);
    }
}

#[tokio::test(start_paused = true)]
async fn ten_parallel_refreshes_are_one_successor_and_one_jti() {
    for client in [WEB, SERVER] {
        let server = Server::seeded().await;
        let token = flow::tokens(&server, &client).await.text("refresh_token");
        let isolates = [server.fresh_isolate(), server.fresh_isolate()];
        let requests = (0..10).map(|number| isolates[number % 2].send(client.refresh(&token)));
        let (replies, _) = server.hops.depth_of(join_all(requests)).await;
        let seen: HashSet<(String, String)> = replies
            .iter()
            .map(|reply| {
                reply.assert_status(200);
                (reply.text("refresh_token"), Jwt::of(&reply.text("access_token")).claims.to_string())
            })
            .collect();
        assert_eq!(seen.len(), 1, "{seen:?}");
        let (successor, _) = seen.into_iter().next().expect("a successor");
        server.send(client.refresh(&successor)).await.assert_status(200);
    }
}

#[tokio::test(start_paused = true)]
async fn a_double_click_on_approve_is_one_grant_and_the_same_redirect() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let login = browser.open(&SERVER.authorize_path(&[])).await;
    let page = browser.sign_in_on(&login, "alice", "alice").await;
    let mut twin = Browser::new(&server);
    twin.cookies.clone_from(&browser.cookies);
    let clicks = join(browser.answer(&page, "approve"), twin.answer(&page, "approve"));
    let ((first, second), _) = server.hops.depth_of(clicks).await;
    assert_eq!((first.status.as_u16(), first.header("location")), (303, second.header("location")));
    assert_eq!(server.database.peek("SELECT id FROM grants").len(), 1);
    let code = first.location_parameter("code").expect("a code");
    server.send(SERVER.redeem(&code)).await.assert_status(200);
}

#[tokio::test(start_paused = true)]
async fn a_revocation_beside_a_refresh_leaves_nothing_alive() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("refresh_token");
    let both = join(server.send(WEB.refresh(&token)), server.send(WEB.revoke(&token)));
    let ((refreshed, revoked), _) = server.hops.depth_of(both).await;
    revoked.assert_status(200);
    if refreshed.status == 200 {
        assert!(!flow::is_active(&server, &refreshed.text("access_token")).await);
        server.send(WEB.refresh(&refreshed.text("refresh_token"))).await.assert_error(400, "invalid_grant");
    }
    server.send(WEB.refresh(&token)).await.assert_error(400, "invalid_grant");
}

#[tokio::test(start_paused = true)]
async fn of_two_users_of_one_name_made_at_once_there_is_one() {
    let server = Server::new();
    let ask = || Ask::json(axum::http::Method::POST, "/admin/api/users", &serde_json::json!({ "name": "eve" }));
    let both = join(server.as_admin(ask()), server.as_admin(ask()));
    let ((one, other), _) = server.hops.depth_of(both).await;
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(server.database.peek("SELECT id FROM clients").len(), 1);
}
