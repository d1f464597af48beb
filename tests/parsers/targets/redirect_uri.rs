//! Redirect URIs that somebody wants to register.

use ostiary::protocol::redirect_uri::{host, is_impersonable, matches, validate, with_parameters};
use url::{Host, Url, form_urlencoded};

use super::assert_describable;

pub const SEEDS: &[&[u8]] = &[
    b"https://client.example/cb?a=b",
    b"http://127.0.0.1:3000/cb",
    b"http://[::1]/cb",
    b"http://LOCALHOST:65535/",
    b"com.example.app:/cb?x=%zz",
    b"https://client.example@evil.example/",
    b"https://client.example:443\\@evil.example/#x",
    b"JavaScript://client.example/%0aalert(1)",
    b"https://xn--bcher-kva.example/?co%64e=x&iss=y",
    b"https://0x7f.1/",
    b"urn:ietf:wg:oauth:2.0:oob",
];

/// Schemes under which no app of a client listens.
const NEVER: [&str; 12] =
    ["javascript", "data", "vbscript", "file", "blob", "about", "ftp", "ws", "wss", "mailto", "view-source", "intent"];

pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Err(error) = validate(text) {
        return assert_describable(&error);
    }
    let odd = |c: char| !c.is_ascii_graphic() || "#\"<>\\^`{|}".contains(c);
    assert!(text.len() <= 2000 && !text.contains(odd), "{text}");
    let url = Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert!(url.fragment().is_none() && url.username().is_empty() && url.password().is_none(), "{text}");
    match url.scheme() {
        "https" => assert_plain_host(text, &url),
        "http" => {
            assert_plain_host(text, &url);
            let written = url.host_str().expect("a host");
            assert!(["127.0.0.1", "[::1]", "localhost"].contains(&written) && is_impersonable(text), "{text}");
        }
        other => {
            assert!(!NEVER.contains(&other) && !other.starts_with("ms-") && is_impersonable(text), "{text}");
            assert_eq!(host(text), format!("{other}:"));
        }
    }
    assert!(matches(text, text));
    assert_answerable(text, &url);
}

/// A browser goes to the host that a person reads; a number of any spelling is that number.
fn assert_plain_host(text: &str, url: &Url) {
    let written = text.split("://").nth(1).expect("an authority").split(['/', '?']).next().expect("an authority");
    let written = match written.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => name,
        _ => written,
    };
    match url.host().expect("a host") {
        Host::Domain(name) => assert!(name.eq_ignore_ascii_case(written), "{text}: {name}"),
        Host::Ipv4(_) => assert!(written.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.'), "{text}"),
        Host::Ipv6(_) => assert!(written.starts_with('[') && written.ends_with(']'), "{text}"),
    }
    let ours = ["code", "state", "iss", "error", "error_description", "error_uri"];
    let query = url.query().unwrap_or_default();
    assert!(form_urlencoded::parse(query.as_bytes()).all(|(name, _)| !ours.contains(&name.as_ref())), "{text}");
}

/// What is added to the URI changes where it leads in nothing, and is read back.
fn assert_answerable(text: &str, url: &Url) {
    let whole = with_parameters(text, &[("code", "a.b"), ("state", "x y&z=#\r\n\u{e9}")]);
    assert!(whole.starts_with(text) && whole.is_ascii(), "{whole}");
    let there = Url::parse(&whole).unwrap_or_else(|error| panic!("{whole}: {error}"));
    let place =
        |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port(), url.path().to_owned());
    assert_eq!(place(&there), place(url), "{whole}");
    let find = |wanted: &str| there.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    assert_eq!(
        (find("code").as_deref(), find("state").as_deref()),
        (Some("a.b"), Some("x y&z=#\r\n\u{e9}")),
        "{whole}"
    );
}
