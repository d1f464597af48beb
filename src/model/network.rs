//! From which network an address is: what is limited is counted by that, since addresses are cheap to change.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The one address that requests of every other Worker at Cloudflare come from. Whose Worker it is, another header says.
pub const WORKERS: &str = "2a06:98c0:3600::103";

/// The network that counts as one address. Of an IPv6 address the first 64 bits count: the rest is its holder's to choose
/// (RFC 4291 2.5.1), and changes by itself (RFC 8981).
#[must_use]
pub fn network(address: &str) -> String {
    of(address, 32, 64)
}

/// The networks around it that somebody may have as a whole: the first 48 bits of an IPv6 address, as tunnels and hosts give
/// to everyone who asks (RFC 6177), and 24 of an IPv4 address.
#[must_use]
pub fn neighbourhood(address: &str) -> String {
    of(address, 24, 48)
}

/// Whether somebody else sends from there. The edge tells the address of every request; one that has none, or that of the
/// machine itself, was sent by whoever runs the server on their own.
#[must_use]
pub fn is_outside(address: &str) -> bool {
    address.parse::<IpAddr>().is_ok_and(|address| !address.to_canonical().is_loopback())
}

/// The first bits of an address, all others zero.
fn of(address: &str, bits_of_four: u32, bits_of_six: u32) -> String {
    match address.parse().map(|address: IpAddr| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => {
            let rest = 32 - bits_of_four;
            Ipv4Addr::from_bits(address.to_bits() >> rest << rest).to_string()
        }
        Ok(IpAddr::V6(address)) => {
            let rest = 128 - bits_of_six;
            Ipv6Addr::from_bits(address.to_bits() >> rest << rest).to_string()
        }
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_ipv6_network_are_one_and_an_address_has_one_spelling() {
        assert_eq!(network("2001:db8:1:2::1"), network("2001:DB8:1:2:ffff:0:0:9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("somewhere"), "somewhere");
    }

    #[test]
    fn a_neighbourhood_is_what_one_holder_may_have_as_a_whole() {
        assert_eq!(neighbourhood("192.0.2.1"), neighbourhood("192.0.2.254"));
        assert_ne!(neighbourhood("192.0.2.1"), neighbourhood("192.0.3.1"));
        assert_eq!(neighbourhood("2001:db8:1:2::1"), neighbourhood("2001:db8:1:ffff::1"));
        assert_ne!(neighbourhood("2001:db8:1::1"), neighbourhood("2001:db8:2::1"));
        assert_eq!(neighbourhood("::ffff:192.0.2.1"), "192.0.2.0");
    }

    #[test]
    fn the_machine_itself_and_nobody_are_not_outside() {
        for inside in ["", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "localhost"] {
            assert!(!is_outside(inside), "{inside}");
        }
        for outside in ["192.0.2.1", "10.0.0.1", "2001:db8::1", WORKERS] {
            assert!(is_outside(outside), "{outside}");
        }
    }
}
