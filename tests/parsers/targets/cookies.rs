//! Our cookies among all that a browser sends, one header a line.

use http::{HeaderMap, HeaderValue, header};
use ostiary::config::Issuer;
use ostiary::web::cookies::Cookie;

pub const SEEDS: &[&[u8]] = &[
    b"__Host-ostiary_browser=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; __Host-ostiary_session=\
      BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
    b"a=b; ostiary_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nostiary_browser=CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC\
      CCCCCCCC",
    b"ostiary_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; ostiary_session=x;;=; ostiary_session",
    b"ostiary_admin=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; __Host-ostiary_admin=BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
    b"__Host-ostiary_session=\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"; \xc3\xa9=\xff",
];

pub fn check(data: &[u8]) {
    let lines: Vec<HeaderValue> =
        data.split(|byte| *byte == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok()).collect();
    let mut headers = HeaderMap::new();
    for line in &lines {
        headers.append(header::COOKIE, line.clone());
    }
    for (issuer, prefix) in [("https://auth.example", "__Host-ostiary_"), ("http://localhost:8787", "ostiary_")] {
        let issuer = Issuer::parse(issuer).expect("an issuer");
        let ours = [(Cookie::Browser, "browser"), (Cookie::Session, "session"), (Cookie::Admin, "admin")];
        for (cookie, name) in ours {
            let name = format!("{prefix}{name}");
            let read = cookie.read(&issuer, &headers);
            assert_eq!(read, slowly(&lines, &name), "{name}");
            let Some(value) = read else { continue };
            let set = cookie.set(&issuer, &value).expect("a header");
            let set = set.to_str().expect("ASCII");
            let same_site = if matches!(cookie, Cookie::Admin) { "Strict" } else { "Lax" };
            let guarded = set.contains(&format!("; HttpOnly; SameSite={same_site}"));
            assert!(set.starts_with(&format!("{name}={value}; Path=/")) && guarded, "{set}");
            assert_eq!(set.contains("; Secure"), prefix.starts_with("__Host-"));
            let mut again = HeaderMap::new();
            let pair = set.split(';').next().expect("a pair");
            again.append(header::COOKIE, HeaderValue::from_str(pair).expect("a header"));
            assert_eq!(cookie.read(&issuer, &again), Some(value));
        }
    }
}

/// The one value of this name, when it looks like one of ours. A line that is no ASCII is not read at all.
fn slowly(lines: &[HeaderValue], name: &str) -> Option<String> {
    let mut values = Vec::new();
    for line in lines {
        let Ok(line) = line.to_str() else { continue };
        for pair in line.split(';') {
            let pair = pair.trim();
            if let Some(value) = pair.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
                values.push(value.to_owned());
            }
        }
    }
    let letters = |value: &String| value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    (values.len() == 1).then(|| values.remove(0)).filter(|value| value.len() == 43 && letters(value))
}
