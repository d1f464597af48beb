//! Hashing and base64url, as every RFC here writes them: SHA-256, unpadded base64url (RFC 7515 section 2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Unpadded base64url.
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of unpadded base64url; `None` when `text` is anything else (padding, other letters, stray bits).
#[must_use]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// SHA-256.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256, written base64url: how tokens, codes, cookies and client secrets are remembered. They are 256 bits of
/// randomness, so a slow hash would add nothing.
#[must_use]
pub fn sha256_base64url(text: &str) -> String {
    base64url(&sha256(text.as_bytes()))
}

/// HMAC-SHA-256.
#[must_use]
#[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "HMAC takes a key of any length (RFC 2104 3)")]
pub fn hmac_sha256(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC accepts every key length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Whether two byte strings are equal, in a time that depends on their lengths only.
#[must_use]
pub fn equal_in_constant_time(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hex(bytes: &[u8]) -> String {
        use std::fmt::Write as _;
        bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    #[test]
    fn sha256_is_that_of_fips_180_4() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&sha256(b"abc")), abc);
        assert_eq!(from_base64url(&sha256_base64url("abc")).as_deref().map(hex).as_deref(), Some(abc));
    }

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        // Test cases 1 and 2, whose keys are filled up with zeros to the block size anyway (RFC 2104 section 2).
        let (mut first, mut second) = ([0; 32], [0; 32]);
        first[..20].fill(0x0b);
        second[..4].copy_from_slice(b"Jefe");
        assert_eq!(
            hex(&hmac_sha256(&first, b"Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
        assert_eq!(
            hex(&hmac_sha256(&second, b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn base64url_has_one_spelling() {
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8");
        for text in ["-_8=", "+/8", "-_9", "-_8\n", " -_8", "-"] {
            assert_eq!(from_base64url(text), None, "{text:?}");
        }
        assert_eq!(from_base64url(""), Some(Vec::new()));
    }

    #[test]
    fn equality_is_of_every_byte_and_of_length() {
        assert!(equal_in_constant_time(b"", b"") && equal_in_constant_time(b"abc", b"abc"));
        for other in [&b"abd"[..], b"bbc", b"ab", b"abcd", b""] {
            assert!(!equal_in_constant_time(b"abc", other));
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded_and_nothing_else_spells_it(bytes: Vec<u8>, text in "[A-Za-z0-9_=+/-]{0,8}") {
            prop_assert_eq!(from_base64url(&base64url(&bytes)), Some(bytes));
            if let Some(bytes) = from_base64url(&text) {
                prop_assert_eq!(base64url(&bytes), text);
            }
        }
    }
}
