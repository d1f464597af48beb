//! Ids that say where a client describes itself, and how long what lies there may be kept: an id, then `Cache-Control`.

use ostiary::protocol::cache_control::{LONGEST, SHORTEST, freshness};
use ostiary::protocol::client_id_url::{host, looks_like_one};
use ostiary::protocol::outbound;

use super::halves;

pub const SEEDS: &[&[u8]] = &[
    b"https://app.example/client.json\nmax-age=7200, public",
    b"https://app.example:8443/a?b=c\ns-maxage=\"60\", max-age=9",
    b"https://app.example/a/../b\nno-store",
    b"https://App.example/client.json\n",
    b"http://127.0.0.1:3000/client.json\nmax-age=99999999999999999999",
    b"https://app.example/client.json#me\nmax-age=-1,,=,",
];

pub fn check(data: &[u8]) {
    let (id, cache_control) = halves(data);
    if let Ok(id) = std::str::from_utf8(id) {
        for development in [false, true] {
            let Some(host) = host(id, development) else { continue };
            assert!(looks_like_one(id), "{id}");
            let url = outbound::allowed(id, development).expect("we may ask it");
            assert_eq!(url.as_str(), id, "an id is written in one way");
            let (_, rest) = id.split_once("://").expect("a scheme");
            assert_eq!(rest.split('/').next(), Some(host.as_str()), "the host is what stands there");
            assert!(!id.contains(['#', '@']) || rest.split_once('@').is_some_and(|(before, _)| before.contains('/')));
        }
    }
    if let Ok(cache_control) = std::str::from_utf8(cache_control) {
        for age in [None, Some("60"), Some(cache_control)] {
            assert!((SHORTEST..=LONGEST).contains(&freshness(Some(cache_control), age)));
        }
    }
}
