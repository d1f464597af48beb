//! JWS in compact form, as the parsers of tokens are given them: either as they are, or their header, claims and signature in three
//! lines, to be put together.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::halves;

pub fn token(data: &[u8]) -> String {
    let (header, rest) = halves(data);
    let (claims, signature) = halves(rest);
    if header.starts_with(b"{") {
        [header, claims, signature].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")
    } else {
        String::from_utf8_lossy(data).into_owned()
    }
}

/// What a part of a token that was read says.
pub fn json(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}
