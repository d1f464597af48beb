//! Passwords: Argon2id (RFC 9106), in PHC string form.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

use super::common_password::is_common;
use crate::protocol::error::OAuthError;

/// 19 MiB, two passes, one lane: what OWASP advises at least, and 30 ms in wasm.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Fewest bytes of a new password.
pub const MIN_LENGTH: usize = 8;
/// Most bytes of a password that is looked at.
pub const MAX_LENGTH: usize = 1024;

/// Stands in for the hash of an account that does not exist or has no password, so that looking takes as long. Salt
/// and hash are random bytes, so no password is known that it would verify; a caller refuses it anyway.
pub const DECOY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$+dyENSXn1XJ6R0uZX1atqA$QJmMKacm/vhW8puSehYMCNi9XdG5EBL8i6r5D1pX7/8";

/// Why a password can't be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is too short or too long.
    Length,
    /// It is among the first that are tried.
    Common,
}

impl From<Unfit> for OAuthError {
    fn from(unfit: Unfit) -> Self {
        Self::invalid_request(match unfit {
            Unfit::Length => "password must have between 8 and 1024 bytes",
            Unfit::Common => "password is one of the first that are tried: take another",
        })
    }
}

/// Checks a password that is about to be set. The development seed's are shorter and do not come by here.
///
/// # Errors
/// When it has not 8 to 1024 bytes, or is a common one.
pub fn check_new(password: &str) -> Result<(), Unfit> {
    if !(MIN_LENGTH..=MAX_LENGTH).contains(&password.len()) {
        return Err(Unfit::Length);
    }
    if is_common(password) { Err(Unfit::Common) } else { Ok(()) }
}

/// Hashes a password with a random `salt`.
///
/// # Errors
/// `invalid_request` for a password that is too long ever to be verified, `server_error` when hashing fails.
pub fn hash(password: &str, salt: &[u8; 16]) -> Result<String, OAuthError> {
    if password.len() > MAX_LENGTH {
        return Err(OAuthError::invalid_request("password must have between 8 and 1024 bytes"));
    }
    let failed = |error: argon2::password_hash::Error| {
        OAuthError::server_error("the password could not be hashed").detail(error.to_string())
    };
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| failed(error.into()))?;
    let salt = SaltString::encode_b64(salt).map_err(failed)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string()).map_err(failed)
}

/// Whether `password` is the one that was hashed to `phc`; `false` also when `phc` is not a hash of ours.
#[must_use]
pub fn verify(password: &str, phc: &str) -> bool {
    if password.len() > MAX_LENGTH {
        return false;
    }
    let Some(stored) = PasswordHash::new(phc).ok().filter(is_affordable) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &stored).is_ok()
}

/// Whether `password` is the one behind `stored`. Where nothing is stored, because there is no such account or it has no
/// password yet, it takes the same time, and the answer is no.
#[must_use]
pub fn is_right(password: &str, stored: Option<&str>) -> bool {
    let matches = verify(password, stored.unwrap_or(DECOY));
    matches && stored.is_some()
}

/// Hashing takes the cost from the stored text; a text that asks for more memory than an object has would end it.
fn is_affordable(stored: &PasswordHash<'_>) -> bool {
    Params::try_from(stored).is_ok_and(|params| {
        params.m_cost() <= 4 * MEMORY_KIB && params.t_cost() <= 4 * PASSES && params.p_cost() <= 4 * LANES
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_right_password_verifies_and_no_other() {
        let phc = hash("correct horse", &[1; 16]).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify("correct horse", &phc));
        for wrong in ["", "correct hors", "correct horse ", "Correct horse"] {
            assert!(!verify(wrong, &phc), "{wrong}");
        }
    }

    #[test]
    fn the_salt_makes_equal_passwords_differ() {
        assert_ne!(hash("same", &[1; 16]).unwrap(), hash("same", &[2; 16]).unwrap());
    }

    #[test]
    fn the_decoy_is_a_real_hash_of_the_same_cost_that_matches_nothing() {
        let ours = hash("x", &[1; 16]).unwrap();
        let (ours, decoy) = (PasswordHash::new(&ours).unwrap(), PasswordHash::new(DECOY).unwrap());
        assert_eq!((decoy.algorithm, decoy.version, &decoy.params), (ours.algorithm, ours.version, &ours.params));
        let length = |hash: &PasswordHash<'_>| (hash.salt.unwrap().as_str().len(), hash.hash.unwrap().len());
        assert_eq!(length(&decoy), length(&ours));
        assert!(is_affordable(&decoy));
        for password in ["", "alice", "password", DECOY] {
            assert!(!verify(password, DECOY));
        }
    }

    #[test]
    fn without_a_stored_hash_no_password_is_right() {
        let stored = hash("correct horse", &[1; 16]).unwrap();
        assert!(is_right("correct horse", Some(&stored)));
        assert!(!is_right("wrong", Some(&stored)) && !is_right("correct horse", None));
    }

    #[test]
    fn a_new_password_has_8_to_1024_bytes() {
        for (length, fine) in [(0, false), (7, false), (8, true), (1024, true), (1025, false)] {
            let password: String = "long-".chars().cycle().take(length).collect();
            assert_eq!(check_new(&password).is_ok(), fine, "{length}");
        }
        assert!(check_new("äöüß").is_ok(), "bytes, not letters");
        assert_eq!((check_new("1234567"), check_new("12345678")), (Err(Unfit::Length), Err(Unfit::Common)));
        assert!(hash(&"x".repeat(1025), &[1; 16]).is_err());
        assert!(!verify(&"x".repeat(1025), DECOY));
    }

    #[test]
    fn a_stored_text_that_is_no_hash_of_ours_verifies_nothing() {
        for phc in [
            "",
            "$",
            "alice",
            "$argon2id$v=19$m=19456,t=2,p=1",
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ",
            "$argon2id$v=19$m=4294967295,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo",
            "$argon2id$v=19$m=19456,t=4294967295,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo",
            "$argon2id$v=99$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo",
            "$pbkdf2-sha256$i=600000$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo",
        ] {
            assert!(!verify("alice", phc), "{phc}");
        }
    }

    proptest! {
        #[test]
        fn no_stored_text_panics(
            phc in prop_oneof![
                any::<String>(),
                r"\$argon2(id|i|d)\$v=[0-9]{1,3}\$m=[0-9]{1,3},t=[0-9],p=[0-9]\$[A-Za-z0-9+/]{0,20}\$[A-Za-z0-9+/]{0,20}",
            ],
        ) {
            prop_assert!(!verify("password", &phc));
        }
    }
}
