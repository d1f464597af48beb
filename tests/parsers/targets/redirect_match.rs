//! A registered redirect URI (first line) and a requested one (after it).

use ostiary::protocol::redirect_uri::{matches, validate};
use url::Url;

use super::halves;

pub const SEEDS: &[&[u8]] = &[
    b"http://127.0.0.1:3000/cb\nhttp://127.0.0.1:4000/cb",
    b"http://[::1]/cb?a\nhttp://[::1]:1/cb?a",
    b"http://localhost/cb\nhttp://localhost:80@evil.example/cb",
    b"https://client.example/cb\nhttps://client.example:443/cb",
    b"com.example.app:/cb\ncom.example.app:/cb",
    b"http://LOCALHOST?x\nhttp://LOCALHOST:00080?x",
];

pub fn check(data: &[u8]) {
    let (registered, requested) = halves(data);
    let (Ok(registered), Ok(requested)) = (std::str::from_utf8(registered), std::str::from_utf8(requested)) else {
        return;
    };
    let found = matches(registered, requested);
    assert_eq!(found, matches(requested, registered), "{registered} {requested}");
    assert_eq!(found, slowly(registered, requested), "{registered} {requested}");
    if found && validate(registered).is_ok() {
        assert!(validate(requested).is_ok(), "{requested}");
        let anywhere = |uri: &str| Url::parse(uri).map(|mut url| url.set_port(None).map(|()| url));
        assert!(registered == requested || anywhere(registered) == anywhere(requested), "{registered} {requested}");
    }
}

/// The same text; or `http://`, the same loopback host, with or without a port, the same rest.
fn slowly(registered: &str, requested: &str) -> bool {
    registered == requested
        || matches!((without_port(registered), without_port(requested)), (Some(one), Some(other)) if one == other)
}

fn without_port(uri: &str) -> Option<String> {
    let rest = uri.strip_prefix("http://")?;
    let hosts = ["127.0.0.1", "[::1]", "::1"].into_iter().filter(|host| !host.starts_with(':'));
    let host = hosts
        .chain(["localhost"])
        .find(|host| rest.get(..host.len()).is_some_and(|start| start.eq_ignore_ascii_case(host)))?;
    let (written, rest) = rest.split_at(host.len());
    let rest = match rest.strip_prefix(':') {
        None => rest,
        Some(port) => {
            let digits = port.find(|c: char| !c.is_ascii_digit()).unwrap_or(port.len());
            let (port, rest) = port.split_at(digits);
            let number = port.trim_start_matches('0');
            let is_port = !port.is_empty() && number.len() <= 5 && number.parse::<u32>().unwrap_or(0) <= 65_535;
            is_port.then_some(rest)?
        }
    };
    (rest.is_empty() || rest.starts_with(['/', '?', '#'])).then(|| format!("{written} {rest}"))
}
