//! URLs that we may be made to ask: as they are, and addresses in every spelling.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ostiary::protocol::outbound::allowed;
use url::{Host, Url};

pub const SEEDS: &[&[u8]] = &[
    b"https://logo.example/a.png",
    b"https://10.0.0.1/",
    b"https://0xA9FEA9FE/",
    b"https://[::ffff:10.0.0.1]/",
    b"https://user:word@logo.example:8443/",
    b"https://printer.LOCAL./",
    b"https://\xef\xbc\x91\x30.0.0.1/",
    b"https://127.1/",
    b"https://[2001:db8::1%25eth0]/",
];

pub fn check(data: &[u8]) {
    if let Some(bytes) = data.first_chunk::<4>() {
        assert_spellings(Ipv4Addr::from(*bytes));
    }
    if let Some(bytes) = data.first_chunk::<16>() {
        let address = Ipv6Addr::from(*bytes);
        let url = format!("https://[{address}]/");
        assert!(allowed(&url, false).is_none() || !is_private(IpAddr::V6(address)), "{url}");
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(url) = allowed(text, false) {
        assert_eq!(url.scheme(), "https");
        assert_eq!(allowed(url.as_str(), false).as_ref(), Some(&url), "what is asked is what was allowed");
        assert_public(&url);
        assert!(allowed(text, true).is_some(), "{text}");
    } else if let Some(url) = allowed(text, true) {
        let host = url.host_str().expect("a host");
        let loopback = ["localhost", "127.0.0.1", "[::1]"].contains(&host);
        assert!(loopback || url.scheme() == "http", "{url}");
        if !loopback {
            assert_public(&url);
        }
    }
}

fn assert_public(url: &Url) {
    assert!(url.username().is_empty() && url.password().is_none(), "{url}");
    match url.host().expect("a host") {
        Host::Ipv4(address) => assert!(!is_private(IpAddr::V4(address)), "{url}"),
        Host::Ipv6(address) => assert!(!is_private(IpAddr::V6(address)), "{url}"),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            assert!(name.contains('.') && name.parse::<IpAddr>().is_err(), "{url}");
            let local = [".localhost", ".local", ".internal", ".test", ".invalid", ".onion", ".arpa", ".lan", ".home"];
            assert!(!local.iter().any(|end| name.ends_with(end)), "{url}");
        }
    }
}

/// One address is allowed or refused however it is written.
fn assert_spellings(address: Ipv4Addr) {
    let ([a, b, c, d], whole) = (address.octets(), u32::from(address));
    let low = u32::from_be_bytes([0, b, c, d]);
    let plain = allowed(&format!("https://{address}/"), false).is_some();
    assert_eq!(plain, !is_private(IpAddr::V4(address)), "{address}");
    for spelled in [
        format!("{address}."),
        format!("{whole}"),
        format!("{whole:#x}"),
        format!("0X{whole:X}"),
        format!("0{whole:o}"),
        format!("{a}.{low}"),
        format!("{a:#x}.{low:#x}"),
        format!("{a}.{b}.{}", u16::from_be_bytes([c, d])),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("{a:#04x}.{b:#x}.{c}.0{d:o}"),
    ] {
        assert_eq!(allowed(&format!("https://{spelled}/"), false).is_some(), plain, "{address} as {spelled}");
    }
    // A host is ASCII and written as it is, so that these need no looking into.
    let strange = [
        format!("%{:02x}{}", b'0', format_args!("{a:o}.{b}.{c}.{d}")),
        format!("{a}\u{3002}{b}\u{ff0e}{c}\u{ff61}{d}"),
        address.to_string().chars().map(wide).collect(),
    ];
    for spelled in strange {
        assert!(allowed(&format!("https://{spelled}/"), false).is_none(), "{spelled}");
    }
    for spelled in [format!("::ffff:{address}"), format!("::{address}"), format!("64:ff9b::{address}")] {
        assert!(allowed(&format!("https://[{spelled}]/"), false).is_none(), "{spelled}");
    }
}

/// The same digit, twice as wide.
fn wide(c: char) -> char {
    c.to_digit(10).and_then(|digit| char::from_u32(0xff10 + digit)).unwrap_or(c)
}

/// As the standard library says, and by the registries it leaves out (RFC 6890).
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let within =
                |network: [u8; 4], bits: u32| (u32::from(v4) ^ u32::from_be_bytes(network)) >> (32 - bits) == 0;
            v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_documentation()
                || v4.is_multicast()
                || within([0, 0, 0, 0], 8)
                || within([100, 64, 0, 0], 10)
                || within([192, 0, 0, 0], 24)
                || within([192, 88, 99, 0], 24)
                || within([198, 18, 0, 0], 15)
                || within([240, 0, 0, 0], 4)
        }
        IpAddr::V6(v6) => {
            let first = v6.segments()[0];
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unique_local()
                || v6.is_unicast_link_local()
                || v6.to_ipv4().is_some()
                || first & 0xe000 != 0x2000
                || first == 0x2002
                || (first == 0x2001 && (v6.segments()[1] == 0xdb8 || v6.segments()[1] < 0x200))
                || (first == 0x3fff && v6.segments()[1] < 0x1000)
        }
    }
}
