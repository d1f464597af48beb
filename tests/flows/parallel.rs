//! Requests at the same time: interleaved at every hop, which takes its time here.

use std::collections::HashSet;

use futures_util::future::join_all;

use crate::support::flow::{self, SERVER, WEB};
use crate::support::forge::Jwt;
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
