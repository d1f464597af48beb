//! A few tries at each of many accounts: what the guard of no account sees.

use ostiary::ports::Limit;

use super::ELSEWHERE;
use crate::support::browser::Browser;
use crate::support::reply::Reply;
use crate::support::server::Server;

async fn attempt(server: &Server, address: &str, name: &str, password: &str) -> Reply {
    let mut browser = Browser::new(server).at(address);
    let page = browser.open("/login").await;
    browser.submit("/login", &page, &[("username", name), ("password", password), ("action", "sign_in")]).await
}

/// Wrong passwords for so many accounts that are not there.
async fn spray(server: &Server, tries: u32, address: impl Fn(u32) -> String) -> Vec<u16> {
    let mut statuses = Vec::new();
    for number in 0..tries {
        let reply = attempt(server, &address(number), &format!("somebody-{number}"), "123456").await;
        statuses.push(reply.status.as_u16());
    }
    statuses
}

#[tokio::test]
async fn a_network_that_tries_many_accounts_is_held_after_so_many_wrong_passwords_also_by_a_right_one() {
    let server = Server::seeded().await;
    server.limiter.set(Limit::Guesses, 5);
    let statuses = spray(&server, 8, |_| "198.51.100.7".to_owned()).await;
    assert_eq!(statuses, [403, 403, 403, 403, 403, 403, 429, 429], "the sixth shows that it is too much");
    let right = attempt(&server, "198.51.100.7", "alice", "alice").await;
    assert_eq!((right.status.as_u16(), right.header("retry-after")), (429, "60"));
    assert!(right.body.contains("id=\"login-problem\""));
    assert_eq!(attempt(&server, ELSEWHERE, "alice", "alice").await.status, 303, "others are not");
    server.advance(60);
    assert_eq!(attempt(&server, "198.51.100.7", "alice", "alice").await.status, 303, "nor is anybody for good");
}

#[tokio::test]
async fn addresses_of_one_holder_are_held_together() {
    for addresses in ["198.51.100.N", "2001:db8:1:N::1"] {
        let server = Server::seeded().await;
        server.limiter.set(Limit::Guesses, 5);
        let at = |number: u32| addresses.replace('N', &number.to_string());
        assert_eq!(spray(&server, 7, at).await[6], 429, "{addresses}");
        assert_eq!(attempt(&server, &at(99), "alice", "alice").await.status, 429, "{addresses}");
    }
}

#[tokio::test]
async fn who_signed_in_from_there_before_gets_in_whatever_is_guessed_around_them() {
    let server = Server::seeded().await;
    server.limiter.set(Limit::Guesses, 5);
    assert_eq!(attempt(&server, "198.51.100.7", "alice", "alice").await.status, 303);
    spray(&server, 10, |_| "198.51.100.7".to_owned()).await;
    assert_eq!(attempt(&server, "198.51.100.7", "alice", "alice").await.status, 303);
    assert_eq!(attempt(&server, "198.51.100.7", "bob", "bob").await.status, 429);
}

#[tokio::test]
async fn another_isolate_learns_it_by_one_wrong_password() {
    let server = Server::seeded().await;
    server.limiter.set(Limit::Guesses, 5);
    spray(&server, 6, |_| "198.51.100.7".to_owned()).await;
    let isolate = server.fresh_isolate();
    assert_eq!(spray(&isolate, 3, |_| "198.51.100.7".to_owned()).await, [403, 429, 429]);
}

#[tokio::test]
async fn an_unknown_name_counts_like_a_wrong_password() {
    let server = Server::seeded().await;
    for name in ["alice", "nobody"] {
        server.limiter.forget();
        attempt(&server, "198.51.100.7", name, "wrong").await;
        assert_eq!(server.limiter.counted(Limit::Guesses), ["password 198.51.100.0"], "{name}");
    }
    server.limiter.forget();
    attempt(&server, "198.51.100.7", "alice", "alice").await;
    assert!(server.limiter.counted(Limit::Guesses).is_empty(), "a right one does not");
}
