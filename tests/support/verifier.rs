//! An API of somebody else, which verifies our tokens by nothing but the keys that we publish.

use ostiary::ports::Clock;
use ostiary::protocol::time::Timestamp;
use serde_json::Value;
use std::time::Duration;

use super::forge::Jwt;
use super::jwt::verified;
use super::request::Ask;
use super::server::Server;

/// It keeps the set for as long as it may, and not longer.
pub struct Verifier {
    asks_again: bool,
    keys: Vec<Value>,
    fresh_until: Timestamp,
    /// How often it asked for the set.
    pub fetched: u32,
    /// How many signatures it found good.
    pub good: u32,
}

impl Verifier {
    /// Asks for the set before its time for a key that is not in it.
    pub fn that_asks_again() -> Self {
        Self::new(true)
    }

    /// Goes by the set that it has, whatever comes.
    pub fn that_keeps_its_set() -> Self {
        Self::new(false)
    }

    fn new(asks_again: bool) -> Self {
        Self { asks_again, keys: Vec::new(), fresh_until: Timestamp::from_seconds(0), fetched: 0, good: 0 }
    }

    /// What a token says; fails for one that it cannot verify. It asks for keys at `server`.
    pub async fn verify(&mut self, server: &Server, token: &str) -> Jwt {
        let kid = Jwt::of(token).header["kid"].clone();
        let knows = |keys: &[Value]| keys.iter().any(|key| key["kid"] == kid);
        if server.clock.now() >= self.fresh_until || self.asks_again && !knows(&self.keys) {
            self.fetch(server).await;
        }
        assert!(knows(&self.keys), "the set has no key {kid}: {:?}", self.keys);
        self.good += 1;
        verified(&self.keys, token)
    }

    async fn fetch(&mut self, server: &Server) {
        let reply = server.send(Ask::get("/.well-known/jwks.json")).await;
        let max_age = reply.assert_status(200).header("cache-control").strip_prefix("public, max-age=");
        let max_age = max_age.expect("a set that may be kept").parse().expect("seconds");
        self.fresh_until = server.clock.now() + Duration::from_secs(max_age);
        self.keys.clone_from(reply.json()["keys"].as_array().expect("keys"));
        self.fetched += 1;
    }
}
