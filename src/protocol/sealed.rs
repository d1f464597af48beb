//! Sealed text as it travels: `<kid>.<base64url(nonce ‖ ciphertext ‖ tag)>`, AES-256-GCM.

use super::digest::{base64url, from_base64url};

/// Bytes of a nonce (NIST SP 800-38D section 8.2).
pub const NONCE: usize = 12;
/// Bytes of a tag.
const TAG: usize = 16;

/// Sealed text taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed<'a> {
    /// The name of the key that is said to have sealed it.
    pub kid: &'a str,
    /// The nonce.
    pub nonce: [u8; NONCE],
    /// Ciphertext and tag.
    pub ciphertext: Vec<u8>,
}

impl<'a> Sealed<'a> {
    /// Takes sealed text apart; `None` when it cannot be any.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        // Neither a `kid` of ours nor base64url has a dot.
        let (kid, rest) = text.split_once('.')?;
        let bytes = from_base64url(rest)?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE>()?;
        (!kid.is_empty() && ciphertext.len() >= TAG).then(|| Self {
            kid,
            nonce: *nonce,
            ciphertext: ciphertext.to_vec(),
        })
    }

    /// As text.
    #[must_use]
    pub fn encode(&self) -> String {
        format!("{}.{}", self.kid, base64url(&[self.nonce.as_slice(), &self.ciphertext].concat()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_text_is_taken_apart_and_put_together_again() {
        let sealed = Sealed { kid: "key-1", nonce: [7; NONCE], ciphertext: vec![9; TAG] };
        let text = sealed.encode();
        assert_eq!(Sealed::parse(&text), Some(sealed));
    }

    #[test]
    fn what_cannot_be_sealed_text_is_not_taken_for_it() {
        let whole = base64url(&[1; NONCE + TAG]);
        let (no_tag, short) = (base64url(&[1; NONCE + TAG - 1]), base64url(&[1; 3]));
        for text in [
            String::new(),
            ".".to_owned(),
            "key-1".to_owned(),
            "key-1.".to_owned(),
            format!(".{whole}"),
            format!("key-1.{no_tag}"),
            format!("key-1.{short}"),
            format!("key-1.x.{whole}"),
            format!("key-1.{whole}="),
            format!("key-1.{whole} "),
        ] {
            assert_eq!(Sealed::parse(&text), None, "{text}");
        }
    }
}
