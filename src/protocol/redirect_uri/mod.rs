//! Redirect URIs: which may be registered, whether a request matches one, and what may be said of it.
//!
//! Checks look at the text as it is written: a browser and a library may read two different hosts from the same odd
//! text, so odd texts are never registered, and comparison is byte for byte (RFC 9700 2.1, 4.1).

mod parts;
mod validate;

use url::{Host, Url, form_urlencoded};

use crate::protocol::uri;
use parts::Parts;
pub use validate::validate;

/// Whether a request may be answered at `requested`, given that `registered` was registered: byte for byte, except
/// that an `http` URI on the loopback interface may name another port (RFC 8252 7.3), since the app listens on
/// whichever is free.
#[must_use]
pub fn matches(registered: &str, requested: &str) -> bool {
    registered == requested
        || matches!((without_loopback_port(registered), without_loopback_port(requested)), (Some(a), Some(b)) if a == b)
}

/// Host and rest of an `http` URI on the loopback interface; `None` for any other.
fn without_loopback_port(uri: &str) -> Option<(&str, &str)> {
    let parts = Parts::of(uri)?;
    let host = parts.host()?;
    (parts.scheme == "http" && is_loopback_host(host)).then_some((host, parts.rest))
}

/// What people are shown and what consent is remembered for: the host, with its port where that is not the usual one (a
/// program on the person's device takes any port, so there it says nothing); for an app's own scheme, the scheme and a
/// colon.
#[must_use]
pub fn host(uri: &str) -> String {
    let scheme = uri.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let Some((url, host)) = web_url(uri).and_then(|url| url.host_str().map(str::to_owned).map(|host| (url, host)))
    else {
        return scheme + ":";
    };
    match url.port() {
        Some(port) if !is_impersonable(uri) => format!("{host}:{port}"),
        _ => host,
    }
}

/// Whether any program on the person's device could receive what is sent there, by listening on the loopback
/// interface or claiming the scheme (RFC 8252 8.6).
#[must_use]
pub fn is_impersonable(uri: &str) -> bool {
    web_url(uri).is_none_or(|url| match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback() || address.is_unspecified(),
        None => true,
    })
}

/// Whether it is a page of the web, rather than of an app's own scheme.
#[must_use]
pub fn is_web(uri: &str) -> bool {
    web_url(uri).is_some()
}

fn web_url(uri: &str) -> Option<Url> {
    uri::parse(uri).filter(|url| matches!(url.scheme(), "https" | "http"))
}

/// The URI with parameters appended to its query, which is kept byte for byte (RFC 6749 3.1.2). A space becomes
/// `%20`, which form decoders and plain URI decoders (apps with a scheme of their own) read alike.
#[must_use]
pub fn with_parameters(uri: &str, parameters: &[(&str, &str)]) -> String {
    let mut whole = uri.to_owned();
    for (name, value) in parameters {
        match whole.find('?') {
            None => whole.push('?'),
            Some(at) if at + 1 == whole.len() || whole.ends_with('&') => {}
            Some(_) => whole.push('&'),
        }
        append_encoded(&mut whole, name);
        whole.push('=');
        append_encoded(&mut whole, value);
    }
    whole
}

fn append_encoded(whole: &mut String, text: &str) {
    for piece in form_urlencoded::byte_serialize(text.as_bytes()) {
        whole.push_str(if piece == "+" { "%20" } else { piece });
    }
}

/// Whether this is the loopback interface, in the spellings that may be registered: `127.0.0.1`, `[::1]` (or without
/// brackets) and `localhost`.
#[must_use]
pub fn is_loopback_host(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "[::1]" | "::1") || host.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::parameters::Parameters;

    #[test]
    fn redirect_uris_are_compared_byte_for_byte() {
        let registered = "https://client.example/cb?a=b";
        assert!(matches(registered, registered));
        for requested in [
            "https://client.example/cb",
            "https://client.example/cb?a=b&c=d",
            "https://client.example/cb?a=B",
            "https://client.example/cb/?a=b",
            "https://client.example:443/cb?a=b",
            "https://CLIENT.example/cb?a=b",
            "http://client.example/cb?a=b",
            "https://client.example/%63b?a=b",
            "https://client.example/x/../cb?a=b",
            "https://client.example/cb?a=b#",
            "",
        ] {
            assert!(!matches(registered, requested), "{requested}");
        }
    }

    #[test]
    fn http_on_loopback_may_differ_in_port_only() {
        for host in ["127.0.0.1", "[::1]", "localhost"] {
            let registered = format!("http://{host}:3000/cb?a=b");
            for authority in [host.to_owned(), format!("{host}:1"), format!("{host}:65535")] {
                let requested = format!("http://{authority}/cb?a=b");
                assert!(matches(&registered, &requested) && matches(&requested, &registered), "{requested}");
            }
            for requested in [
                format!("https://{host}:3000/cb?a=b"),
                format!("http://{host}:3000/cb?a=c"),
                format!("http://{host}:3000/cb/?a=b"),
                format!("http://{host}:3000/cb?a=b#"),
                format!("http://{host}:65536/cb?a=b"),
                format!("http://{host}:/cb?a=b"),
                format!("http://{host}:3000@evil.example/cb?a=b"),
                format!("http://{host}:1\\@evil.example/cb?a=b"),
                format!("http://{host}@evil.example/cb?a=b"),
                format!("http://{host}.evil.example/cb?a=b"),
                format!("http://evil.example?{host}:3000/cb?a=b"),
                format!("HTTP://{host}:1/cb?a=b"),
            ] {
                assert!(!matches(&registered, &requested), "{requested}");
            }
        }
    }

    #[test]
    fn one_spelling_of_loopback_is_not_another() {
        let uris =
            ["http://127.0.0.1/", "http://[::1]/", "http://localhost/", "http://LOCALHOST/", "http://127.0.0.2/"];
        for (at, registered) in uris.iter().enumerate() {
            for requested in uris.iter().skip(at + 1) {
                assert!(!matches(registered, requested), "{registered} {requested}");
            }
        }
    }

    #[test]
    fn a_port_is_fixed_everywhere_but_on_http_loopback() {
        assert!(!matches("https://localhost/cb", "https://localhost:1/cb"));
        assert!(!matches("https://client.example/cb", "https://client.example:1/cb"));
        assert!(!matches("http://127.0.0.2/cb", "http://127.0.0.2:1/cb"));
        assert!(!matches("app://localhost/cb", "app://localhost:1/cb"));
    }

    #[test]
    fn people_are_shown_the_host_or_the_scheme() {
        for (uri, expected) in [
            ("https://Client.Example:443/cb", "client.example"),
            ("https://client.example:8443/cb", "client.example:8443"),
            ("http://127.0.0.1:3000/cb", "127.0.0.1"),
            ("http://[::1]:3000/cb", "[::1]"),
            ("https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
            ("Com.Example.App:/cb", "com.example.app:"),
            ("cursor://anysphere.example/cb", "cursor:"),
        ] {
            assert_eq!(host(uri), expected);
        }
    }

    #[test]
    fn loopback_and_schemes_of_apps_can_be_impersonated() {
        for uri in [
            "http://127.0.0.1/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://127.9.9.9/",
            "https://0.0.0.0/",
            "http://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "http://LocalHost:1/",
            "https://localhost./",
            "https://app.localhost/",
            "com.example.app:/cb",
            "cursor://client.example/cb",
            "not a uri",
        ] {
            assert!(is_impersonable(uri), "{uri}");
        }
        for uri in ["https://client.example/", "https://localhost.example/", "https://127.0.0.1.example/"] {
            assert!(!is_impersonable(uri), "{uri}");
        }
    }

    #[test]
    fn parameters_are_appended_and_the_query_is_kept() {
        let parameters = [("code", "x.y"), ("state", "1")];
        for (uri, expected) in [
            ("https://a/cb", "https://a/cb?code=x.y&state=1"),
            ("https://a/cb?b=%7e+c", "https://a/cb?b=%7e+c&code=x.y&state=1"),
            ("https://a/cb?", "https://a/cb?code=x.y&state=1"),
            ("https://a/cb?b&", "https://a/cb?b&code=x.y&state=1"),
            ("https://a/cb?b=?", "https://a/cb?b=?&code=x.y&state=1"),
        ] {
            assert_eq!(with_parameters(uri, &parameters), expected);
            assert_eq!(with_parameters(uri, &[]), uri);
        }
        let encoded = with_parameters("app:/cb", &[("d", "a b+c&d=e#f\r\n€")]);
        assert_eq!(encoded, "app:/cb?d=a%20b%2Bc%26d%3De%23f%0D%0A%E2%82%AC");
    }

    #[test]
    fn only_three_hosts_are_loopback() {
        for host in ["127.0.0.1", "[::1]", "::1", "localhost", "LOCALHOST"] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in ["", "127.0.0.2", "127.1", "0.0.0.0", "localhost.", "a.localhost", "[::2]", "localhost:80"] {
            assert!(!is_loopback_host(host), "{host}");
        }
    }

    proptest! {
        #[test]
        fn a_match_never_leads_to_another_host_path_or_query(
            registered in "http://(127\\.0\\.0\\.1|localhost|\\[::1\\]|client\\.example)(:80)?/cb",
            requested in "http://(127\\.0\\.0\\.1|localhost|\\[::1\\]|client\\.example)(:80|:1|@|\\.|:|\\\\|%40|evil\\.example){0,3}[/?#]cb",
        ) {
            if matches(&registered, &requested) {
                let read = |uri: &str| Url::parse(uri).map(|mut url| url.set_port(None).map(|()| url));
                prop_assert_eq!(read(&registered), read(&requested));
            }
        }

        #[test]
        fn what_is_appended_is_read_back(name in ".+", value in ".*") {
            let whole = with_parameters("https://client.example/cb?kept=%2f", &[(&name, &value)]);
            let query = whole.strip_prefix("https://client.example/cb?").unwrap_or_default();
            let read = Parameters::parse(query.as_bytes()).unwrap_or_default();
            prop_assert_eq!(read.iter().collect::<Vec<_>>(), [("kept", "/"), (name.as_str(), value.as_str())]);
            prop_assert!(Url::parse(&whole).is_ok_and(|url| url.as_str() == whole));
        }
    }
}
