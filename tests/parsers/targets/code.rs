//! Authorization codes.

use ostiary::model::code::AuthorizationCode;
use ostiary::protocol::digest::sha256_base64url;

pub const SEEDS: &[&[u8]] = &[
    b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
    b"a.BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
    b".BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
    b"a.b.BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
];

pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let parts: Vec<&str> = text.split('.').collect();
    let can_be = matches!(parts.as_slice(), [grant_id, secret] if !grant_id.is_empty() && secret.len() == 43);
    let read = AuthorizationCode::parse(text);
    assert_eq!(read.is_some(), can_be);
    let Some(code) = read else { return };
    assert_eq!(code.grant_id, parts[0]);
    assert_eq!(code.hash(), sha256_base64url(text), "what is not part of the hash could be changed");
    assert!(code.grant_id.contains(parts[1]) || !format!("{code:?}").contains(parts[1]), "a code is printed");
}
