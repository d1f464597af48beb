//! URIs, as text that is read no other way than it is written.

use url::Url;

/// Schemes whose host the URL parser decodes and maps, so that much may be written for one host.
const WITH_MAPPED_HOSTS: [&str; 6] = ["http", "https", "ws", "wss", "ftp", "file"];

/// Reads an absolute URI: ASCII without spaces (RFC 3986 section 2), its host without percent-encoding. A host in another
/// alphabet comes in punycode, and needs no Unicode tables: the parser is built without them (`idna_adapter` in
/// Cargo.toml), so nothing may reach it that would ask for them.
#[must_use]
pub fn parse(text: &str) -> Option<Url> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic()) && !has_encoded_host(text);
    plain.then(|| Url::parse(text).ok()).flatten()
}

/// Of a web URL; the parser takes any number of slashes, either way, for the two.
fn has_encoded_host(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_slash = |letter| matches!(letter, '/' | '\\');
    let ends = |letter| is_slash(letter) || matches!(letter, '?' | '#');
    let authority = rest.trim_start_matches(is_slash).split(ends).next().unwrap_or_default();
    WITH_MAPPED_HOSTS.iter().any(|known| scheme.eq_ignore_ascii_case(known)) && authority.contains('%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_is_ascii_and_its_host_is_written_as_it_is() {
        for uri in [
            "https://app.example/%41?b=%C3%BC#c",
            "https://xn--bcher-kva.example/",
            "com.example.app:/%41",
            "app://%41/",
            "HTTPS://App.Example",
        ] {
            assert!(parse(uri).is_some(), "{uri}");
        }
        for uri in [
            "https://b\u{fc}cher.example/",
            "https://B%C3%BCcher.example/",
            "https:%C3%BCA.example",
            "https:\\\\%C3%BCA.example",
            "https:////%C3%BCA.example/",
            "HTTP://a%2eexample/",
            "https://app.example/\u{fc}",
            "https://app.example/a b",
            "https://app\t.example/",
            " https://app.example/",
            "app.example",
            "",
        ] {
            assert!(parse(uri).is_none(), "{uri}");
        }
    }
}
