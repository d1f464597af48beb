//! The address that a request says it comes from.

use std::net::IpAddr;

use ostiary::model::network::network;

pub const SEEDS: &[&[u8]] =
    &[b"192.0.2.1", b"2001:db8:1:2:3:4:5:6", b"::ffff:192.0.2.1", b"::1", b"fe80::1%eth0", b"", b"x"];

pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let read = network(text);
    assert_eq!(network(&read), read, "a network is its own network");
    match text.parse::<IpAddr>() {
        Err(_) => assert_eq!(read, text),
        Ok(IpAddr::V4(address)) => {
            assert_eq!(read, address.to_string());
            assert_eq!(network(&format!("::ffff:{address}")), read, "one address, one network");
        }
        Ok(IpAddr::V6(address)) if address.to_ipv4_mapped().is_none() => {
            let neighbour = (address.to_bits() ^ 0xffff_ffff).to_be_bytes();
            assert_eq!(network(&IpAddr::from(neighbour).to_string()), read, "the last 64 bits are their holder's");
            let stranger = (address.to_bits() ^ (1 << 64)).to_be_bytes();
            assert_ne!(network(&IpAddr::from(stranger).to_string()), read);
        }
        Ok(IpAddr::V6(_)) => {}
    }
}
