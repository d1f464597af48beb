//! Verifiers (first line) and challenges (second).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ostiary::protocol::parameters::Parameters;
use ostiary::protocol::pkce::{challenge, check_verifier, s256, verify};
use sha2::{Digest as _, Sha256};

use super::{assert_describable, halves};

pub const SEEDS: &[&[u8]] = &[
    b"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\nE9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    b"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX~\ndBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    b"short\nE9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=",
];

pub fn check(data: &[u8]) {
    let (verifier, sent) = halves(data);
    let (Ok(verifier), Ok(sent)) = (std::str::from_utf8(verifier), std::str::from_utf8(sent)) else { return };
    let unreserved = verifier.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c));
    let is_verifier = unreserved && (43..=128).contains(&verifier.len());
    assert_eq!(check_verifier(verifier).is_ok(), is_verifier);

    let hashed = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    assert_eq!(s256(verifier), hashed);
    assert_eq!(verify(Some(&hashed), Some(verifier)).is_ok(), is_verifier);
    assert_eq!(verify(Some(sent), Some(verifier)).is_ok(), is_verifier && sent == hashed);
    assert!(verify(Some(sent), None).is_err() && verify(None, Some(verifier)).is_err() && verify(None, None).is_ok());

    let pairs = [("code_challenge", sent), ("code_challenge_method", "S256")];
    let parameters: Parameters = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
    let letters = sent.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    match challenge(&parameters) {
        Ok(read) => assert!(read.as_deref() == Some(sent) && letters && sent.len() == 43),
        Err(error) => {
            assert!(!letters || sent.len() != 43);
            assert_describable(&error);
        }
    }
}
