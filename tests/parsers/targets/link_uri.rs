//! Links that a client gives of itself.

use ostiary::protocol::link_uri::is_allowed;
use url::Url;

pub const SEEDS: &[&[u8]] = &[
    b"https://app.example:8443/a?b=c#d",
    b"http://localhost:3000/",
    b"http://127.0.0.1/",
    b"https://user@app.example/",
    b"javascript:alert(1)",
    b"https://app.example\\@evil.example/\"onclick=",
    b"HTTPS:app.example",
    b"https:///app.example",
];

pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (deployed, in_development) = (is_allowed(text, false), is_allowed(text, true));
    assert!(in_development || !deployed, "development forbids what is allowed: {text}");
    if !in_development {
        return;
    }
    let url = Url::parse(text).expect("a URL");
    assert!(
        text.len() <= 2000 && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "\"'<>\\`".contains(c))
    );
    assert!(text.is_ascii() && url.username().is_empty() && url.password().is_none(), "{text}");
    let host = url.host_str().expect("a host");
    let on_device = ["localhost", "127.0.0.1", "[::1]"].contains(&host);
    assert!(url.scheme() == "https" || (!deployed && url.scheme() == "http" && on_device), "{text}");
    assert_eq!(is_allowed(url.as_str(), true), url.as_str().len() <= 2000 && !url.as_str().contains('\''), "{url}");
}
