//! Where requests of ours may go. A Worker cannot resolve a name before it asks, so what a name leads to is left to the
//! runtime (`global_fetch_strictly_public`); here are the addresses and names that are wrong by themselves.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::redirect_uri::is_loopback_host;
use crate::protocol::uri;

/// Last labels that never are on the public internet (RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476), and those that
/// private networks use.
const LOCAL: &[&str] = &[
    "alt",
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
];

/// `text` as a URL that we may ask: `https` at a public host, without a name or password in it. In development also
/// `http`, and the loopback interface.
#[must_use]
pub fn allowed(text: &str, development: bool) -> Option<Url> {
    let url = uri::parse(text)?;
    let scheme = url.scheme() == "https" || (development && url.scheme() == "http");
    let nobody = url.username().is_empty() && url.password().is_none();
    let loopback = development && url.host_str().is_some_and(is_loopback_host);
    (scheme && nobody && (loopback || is_public(&url.host()?))).then_some(url)
}

/// The URL parser has read every spelling of an address (decimal, octal, hexadecimal, short) as that address.
fn is_public(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => is_public_v4(*address),
        Host::Ipv6(address) => is_public_v6(*address),
        Host::Domain(name) => is_public_name(name),
    }
}

/// Not in the IANA registry of special-purpose addresses (RFC 6890), not multicast, not reserved.
const fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224.., ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

/// Global unicast only (RFC 4291 2.4), and of it nothing that carries an IPv4 address or is set aside. So no mapped,
/// translated, unique-local or link-local address either.
const fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first >= 0x2000 && first <= 0x3fff,
    }
}

fn is_public_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let Some((_, last)) = name.rsplit_once('.') else { return false };
    // A label is never empty (RFC 1035 2.3.1): `printer.local..` might be read as `printer.local`.
    name.split('.').all(|label| !label.is_empty()) && !LOCAL.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What no request of ours may reach, in many spellings.
    const REFUSED: &[&str] = &[
        "http://logo.example/a.png",
        "ftp://logo.example/",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "//logo.example/",
        "https://user@logo.example/",
        "https://user:word@logo.example/",
        "https://0.0.0.0/",
        "https://0/",
        "https://10.0.0.1/",
        "https://10.1/",
        "https://012.0.0.1/",
        "https://0xa.0.0.1/",
        "https://167772161/",
        "https://100.64.0.1/",
        "https://100.127.255.255/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0xA9FEA9FE/",
        "https://2852039166/",
        "https://0251.0376.0251.0376/",
        "https://169.254.43518/",
        "https://172.16.0.1/",
        "https://172.31.255.255/",
        "https://192.0.0.192/",
        "https://192.0.2.1/",
        "https://192.168.0.1/",
        "https://192.168.1/",
        "https://198.18.0.1/",
        "https://198.51.100.7/",
        "https://203.0.113.7/",
        "https://224.0.0.1/",
        "https://240.0.0.1/",
        "https://255.255.255.255/",
        "https://\u{ff11}0.0.0.1/",
        "https://10\u{3002}0.0.1/",
        "https://[::]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[::ffff:1.1.1.1]/",
        "https://[::10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[64:ff9b:1::1]/",
        "https://[100::1]/",
        "https://[2001::1]/",
        "https://[2001:db8::1]/",
        "https://[2002:a00:1::]/",
        "https://[3fff::1]/",
        "https://[fc00::1]/",
        "https://[fd00:ec2::254]/",
        "https://[fe80::1]/",
        "https://[fec0::1]/",
        "https://[ff02::1]/",
        "https://intranet/",
        "https://metadata.google.internal/",
        "https://printer.local/",
        "https://printer.LOCAL./",
        "https://app.test/",
        "https://app.invalid/",
        "https://router.home.arpa/",
        "https://1.0.0.127.in-addr.arpa/",
        "https://router.lan/",
        "https://app.localhost/",
        "https://./",
        "https://com./",
        "https://printer.local../",
        "https://localhost../",
        "https://a..logo.example/",
        "not a url",
        "",
    ];

    #[test]
    fn what_is_not_public_is_refused_in_every_spelling_and_in_development_too() {
        for url in REFUSED {
            assert_eq!(allowed(url, false), None, "{url}");
            if !url.starts_with("http://") {
                assert_eq!(allowed(url, true), None, "{url}");
            }
        }
    }

    #[test]
    fn loopback_is_for_development_only() {
        for url in ["https://localhost/", "http://localhost:3000/", "http://127.0.0.1:1/", "https://[::1]/"] {
            assert_eq!(allowed(url, false), None, "{url}");
            assert!(allowed(url, true).is_some(), "{url}");
        }
        for url in ["https://127.0.0.2/", "http://0.0.0.0/", "http://[::ffff:127.0.0.1]/", "http://10.0.0.1/"] {
            assert_eq!(allowed(url, true), None, "{url}");
        }
    }

    #[test]
    fn public_hosts_are_allowed() {
        for url in [
            "https://logo.example/a.png",
            "https://logo.example:8443/a?b=c",
            "https://logo.example./",
            "https://1.1.1.1/",
            "https://172.32.0.1/",
            "https://100.128.0.1/",
            "https://[2606:4700::1111]/",
            "https://xn--bcher-kva.example/",
            "https://10.0.0.1.example/",
        ] {
            assert!(allowed(url, false).is_some(), "{url}");
        }
    }
}
