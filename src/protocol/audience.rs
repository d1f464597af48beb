//! Whom a token is meant for: the `aud` claim, one text or several (RFC 7519 section 4.1.3).

use serde::{Deserialize, Serialize};

/// The audience of a token, in order. Written as a text when it is one, else as an array.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Wire", into = "Wire")]
pub struct Audience(Vec<String>);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Wire {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// Whether the token is meant for `recipient`, perhaps among others.
    #[must_use]
    pub fn contains(&self, recipient: &str) -> bool {
        self.iter().any(|known| known == recipient)
    }

    /// Whether the token is meant for `recipient` and nobody else.
    #[must_use]
    pub fn is_only(&self, recipient: &str) -> bool {
        !self.0.is_empty() && self.iter().all(|known| known == recipient)
    }

    /// The recipients, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl From<Vec<String>> for Audience {
    fn from(recipients: Vec<String>) -> Self {
        Self(recipients)
    }
}

impl From<&str> for Audience {
    fn from(recipient: &str) -> Self {
        Self(vec![recipient.to_owned()])
    }
}

impl From<Wire> for Audience {
    fn from(wire: Wire) -> Self {
        match wire {
            Wire::One(recipient) => Self(vec![recipient]),
            Wire::Several(recipients) => Self(recipients),
        }
    }
}

impl From<Audience> for Wire {
    fn from(Audience(mut recipients): Audience) -> Self {
        match recipients.pop() {
            Some(only) if recipients.is_empty() => Self::One(only),
            Some(last) => {
                recipients.push(last);
                Self::Several(recipients)
            }
            None => Self::Several(recipients),
        }
    }
}
