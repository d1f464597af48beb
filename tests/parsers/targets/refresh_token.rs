//! Refresh tokens, and the names of access tokens (`jti`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ostiary::model::grant::{AccessTokenId, RefreshToken};

pub const SEEDS: &[&[u8]] = &[
    b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.1.BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA",
    b"a.4294967295.BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA",
    b"a.+1.BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA",
    b"a.01.BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
    b"a.12.shapeshapes1.3",
];

pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let parts: Vec<&str> = text.split('.').collect();
    let read = RefreshToken::parse(text);
    assert_eq!(read.is_some(), can_be(&parts), "{text}");
    if let Some(token) = read {
        assert_eq!(token.encode(), text, "a token has one spelling");
        assert_eq!((token.grant_id.as_str(), token.number.to_string().as_str()), (parts[0], parts[1]));
        assert!(!format!("{token:?}").contains(&token.encode()));
    }
    if let Some((grant_id, id)) = AccessTokenId::parse(text) {
        assert_eq!(AccessTokenId::parse(&id.jti(grant_id)), Some((grant_id, id)));
    }
}

fn can_be(parts: &[&str]) -> bool {
    let [grant_id, number, mac] = parts else { return false };
    let digits = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    let plain =
        digits && (*number == "0" || !number.starts_with('0')) && number.parse::<u64>().is_ok_and(|n| n >> 32 == 0);
    let mac = URL_SAFE_NO_PAD.decode(mac).is_ok_and(|bytes| bytes.len() == 32);
    !grant_id.is_empty() && plain && mac
}
