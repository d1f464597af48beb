//! A program that acts for a person, and is given accounts of theirs at providers.

use crate::protocol::time::Timestamp;

/// So many agents a person may have.
pub const MOST_AGENTS: i64 = 100;

/// A program that acts for a person. It is known by that person and its id: another's may have the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// As it calls itself.
    pub id: String,
    /// When it first asked for an account.
    pub created_at: Timestamp,
    /// When it last asked for an account, or for its token.
    pub last_seen_at: Timestamp,
}

/// Whether an agent may call itself so: up to 128 letters and digits of ASCII and `-._:@`, of which the first is a letter or a
/// digit, so that it stands in a path as it is (RFC 3986 section 3.3) and is no dot segment (section 5.2.4).
#[must_use]
pub fn is_agent_id(text: &str) -> bool {
    let may_stand = |letter: u8| letter.is_ascii_alphanumeric() || b"-._:@".contains(&letter);
    text.len() <= 128
        && text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
        && text.bytes().all(may_stand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_id_is_1_to_128_letters_that_stand_in_a_path_as_they_are() {
        for good in ["a", "7", "mail-bot", "Bot_2.1", "agent:mail@home", "a..", &"x".repeat(128)] {
            assert!(is_agent_id(good), "{good}");
        }
        for bad in ["", ".", "..", "-a", "@a", "a b", "a/b", "a%20", "a\n", "ä", "a?", "a#", &"x".repeat(129)] {
            assert!(!is_agent_id(bad), "{bad}");
        }
    }
}
