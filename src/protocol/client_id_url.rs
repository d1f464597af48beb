//! Client identifier URLs: ids that say where a client describes itself (draft-ietf-oauth-client-id-metadata-document-03,
//! section 3).

use super::outbound;

/// Longest such id, in bytes. It stands in the address line, the database and every token of the client.
const LONGEST: usize = 512;

/// Whether an id is written as a URL. No other client has such an id: made-up and chosen ones hold no colon.
#[must_use]
pub fn looks_like_one(client_id: &str) -> bool {
    client_id.contains("://")
}

/// The host, with its port where it is not the usual one, of an id whose document we may ask for; `None` for any other.
///
/// Ids are compared byte for byte, and people are shown the host, so an id must be written as the URL parser would write it:
/// then no two ids are one address, nothing in it is a dot segment, and its host is what it looks like. It must have a path,
/// may have a query (the draft says SHOULD NOT), and has no fragment and no name or password. In development it may also lead
/// to the loopback interface, by `http` too.
#[must_use]
pub fn host(client_id: &str, development: bool) -> Option<String> {
    if client_id.len() > LONGEST || client_id.contains('#') {
        return None;
    }
    let url = outbound::allowed(client_id, development)?;
    if url.as_str() != client_id {
        return None;
    }
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_public_https_url_with_a_path_as_the_parser_writes_it() {
        for (id, shown) in [
            ("https://app.example/client.json", "app.example"),
            ("https://app.example/", "app.example"),
            ("https://app.example:8443/oauth/client", "app.example:8443"),
            ("https://app.example/client?id=7", "app.example"),
            ("https://app.example/a..b/.well-known/client", "app.example"),
            ("https://xn--bcher-kva.example/c", "xn--bcher-kva.example"),
        ] {
            assert!(looks_like_one(id), "{id}");
            assert_eq!(host(id, false).as_deref(), Some(shown), "{id}");
        }
        let long = format!("https://app.example/{}", "a".repeat(LONGEST));
        for id in [
            "demo-web",
            "https://app.example",
            "http://app.example/client.json",
            "https://app.example/client.json#a",
            "https://app.example/#",
            "https://user@app.example/client.json",
            "https://user:word@app.example/client.json",
            "https://app.example/a/../client.json",
            "https://app.example/./client.json",
            "https://app.example/%2e%2e/client.json",
            "https://app.example:443/client.json",
            "https://APP.example/client.json",
            "HTTPS://app.example/client.json",
            "https:///app.example/client.json",
            "https://app.example\\client.json",
            "https://app.example/client json",
            "https://app.example/cli\u{e9}nt",
            "https://10.0.0.1/client.json",
            "https://localhost/client.json",
            "https://client.internal/client.json",
            "com.example.app://client",
            long.as_str(),
        ] {
            assert_eq!(host(id, false), None, "{id}");
        }
    }

    #[test]
    fn loopback_is_for_development_only() {
        for id in ["http://localhost:3000/client.json", "http://127.0.0.1:1/c", "https://localhost/c"] {
            assert_eq!(host(id, false), None, "{id}");
            assert!(host(id, true).is_some(), "{id}");
        }
    }

    #[test]
    fn an_id_that_was_made_up_or_chosen_never_looks_like_one() {
        for id in ["demo-web", "agent_user_user_1", "a.b-c", "urn:x"] {
            assert!(!looks_like_one(id), "{id}");
        }
    }
}
