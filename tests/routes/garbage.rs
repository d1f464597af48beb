//! Whatever is sent anywhere: an answer that blames the sender, and nothing stored.

use axum::http::Method;
use ostiary::ports::Random;

use crate::support::random::TestRandom;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};

const PATHS: &[&str] = &[
    "/oauth/authorize",
    "/oauth/token",
    "/oauth/introspect",
    "/oauth/revoke",
    "/login",
    "/consent",
    "/logout",
    "/admin/api/users",
    "/admin/api/clients",
    "/dev/client",
    "/nowhere",
];
const KINDS: &[&str] = &["application/x-www-form-urlencoded", "application/json", "multipart/form-data"];
/// Pieces that mean something to somebody.
const PIECES: &[&[u8]] = &[
    b"grant_type=refresh_token&refresh_token=",
    b"client_id=demo-web&",
    b"token=",
    b"code=",
    b"csrf_token=",
    b"interaction=test-1.",
    b"action=approve&",
    b"{\"name\":",
    b"{\"client_name\":\"x\",\"redirect_uris\":[",
    b"%00",
    b"%",
    b"&&==",
    b"\0",
    b"\xff\xfe",
    b"....",
    b"'\"; DROP TABLE users; --",
    b"\xe2\x80\xae",
];

fn body(random: &TestRandom) -> Vec<u8> {
    let mut seed = [0; 8];
    random.fill(&mut seed);
    let piece = |byte: u8| PIECES[usize::from(byte) % PIECES.len()];
    let mut body: Vec<u8> = seed[..6].iter().flat_map(|byte| piece(*byte).to_vec()).collect();
    let mut noise = vec![0; usize::from(seed[6])];
    random.fill(&mut noise);
    body.extend(noise);
    body
}

#[tokio::test]
async fn any_bytes_anywhere_are_a_4xx_and_change_nothing() {
    let server = Server::seeded().await;
    let tables = ["SELECT * FROM users", "SELECT * FROM clients", "SELECT * FROM grants", "SELECT * FROM sessions"];
    let all = || tables.map(|sql| server.database.peek(sql));
    let (before, random) = (all(), TestRandom::seeded(7));
    for _ in 0..30 {
        for path in PATHS {
            for kind in KINDS {
                let ask = Ask::post_raw(path, kind, &body(&random)).header("x-admin-token", ADMIN_TOKEN);
                let reply = server.send(ask).await;
                let status = reply.status.as_u16();
                let passed_on = *path == "/oauth/authorize" && status == 303;
                assert!((400..500).contains(&status) || passed_on, "{path} {kind}: {status} {}", reply.body);
            }
        }
    }
    assert_eq!(before, all());
}

#[tokio::test]
async fn any_query_is_a_4xx_or_a_page_and_changes_nothing() {
    let server = Server::seeded().await;
    for path in ["/oauth/authorize", "/consent", "/login", "/admin/api/users", "/.well-known/jwks.json"] {
        for query in
            ["%", "a=%ff", "a&a", "=", "&", "client_id=%00", "interaction=..", "limit=1e9", "after='--", "%C0%AF"]
        {
            let ask = Ask::method(Method::GET, &format!("{path}?{query}")).header("x-admin-token", ADMIN_TOKEN);
            let status = server.send(ask).await.status.as_u16();
            assert!(status < 500, "{path}?{query}: {status}");
        }
    }
    assert!(server.database.peek("SELECT * FROM grants").is_empty());
}
