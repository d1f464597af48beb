//! Object ids as we write them: the runtime's 64 hexadecimal digits are 32 bytes, 43 letters of base64url.

use crate::protocol::digest::{base64url, from_base64url};

/// An object's id as it stands in our codes and tokens.
pub fn written(hex: &str) -> Option<String> {
    bytes_of(hex).map(|bytes| base64url(&bytes))
}

/// The runtime's spelling; `None` when `id` cannot be an object's.
pub fn hexadecimal(id: &str) -> Option<String> {
    let bytes = from_base64url(id).filter(|bytes| bytes.len() == 32)?;
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.chars().map(|letter| letter.to_digit(16)).collect::<Option<Vec<_>>>()?;
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    pairs.iter().map(|[high, low]| u8::try_from(high * 16 + low).ok()).collect()
}
