//! `aud`: whom a token is for (RFC 7519 4.1.3). One is written as a text, several as an array.

use serde::{Deserialize, Serialize};

/// Whom a token is for, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "OneOrMany", into = "OneOrMany")]
pub struct Audience(Vec<String>);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    /// Whether `audience` is among those the token is for.
    #[must_use]
    pub fn contains(&self, audience: &str) -> bool {
        self.iter().any(|known| known == audience)
    }

    /// Whether the token is for `audience` and nobody else.
    #[must_use]
    pub fn is_only(&self, audience: &str) -> bool {
        matches!(self.0.as_slice(), [only] if only == audience)
    }

    /// Each of those the token is for.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl From<&str> for Audience {
    fn from(audience: &str) -> Self {
        Self(vec![audience.to_owned()])
    }
}

impl From<String> for Audience {
    fn from(audience: String) -> Self {
        Self(vec![audience])
    }
}

impl From<Vec<String>> for Audience {
    fn from(audience: Vec<String>) -> Self {
        Self(audience)
    }
}

impl From<OneOrMany> for Audience {
    fn from(audience: OneOrMany) -> Self {
        match audience {
            OneOrMany::One(one) => one.into(),
            OneOrMany::Many(many) => many.into(),
        }
    }
}

impl From<Audience> for OneOrMany {
    fn from(Audience(mut audience): Audience) -> Self {
        match audience.pop() {
            Some(one) if audience.is_empty() => Self::One(one),
            last => {
                audience.extend(last);
                Self::Many(audience)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_a_text_and_several_are_an_array() {
        for (written, members) in [(r#""a""#, &["a"][..]), (r#"["a","b"]"#, &["a", "b"]), ("[]", &[])] {
            let audience: Audience = members.iter().map(ToString::to_string).collect::<Vec<_>>().into();
            assert_eq!(serde_json::to_string(&audience).ok().as_deref(), Some(written));
            assert_eq!(serde_json::from_str(written).ok(), Some(audience));
        }
    }

    #[test]
    fn an_array_of_one_is_read_as_that_one() {
        assert_eq!(serde_json::from_str(r#"["a"]"#).ok(), Some(Audience::from("a")));
    }

    #[test]
    fn anything_else_is_refused() {
        for written in ["1", "null", "{}", r#"["a",1]"#, r#"[["a"]]"#] {
            assert!(serde_json::from_str::<Audience>(written).is_err(), "{written}");
        }
    }

    #[test]
    fn membership_is_exact() {
        let both: Audience = vec!["https://a".to_owned(), "https://b".to_owned()].into();
        assert!(both.contains("https://a") && both.contains("https://b"));
        assert!(!both.contains("https://") && !both.contains("https://a/") && !both.contains("HTTPS://a"));
        assert!(!both.is_only("https://a"));
        assert!(Audience::from("https://a".to_owned()).is_only("https://a"));
        assert!(!Audience::from("https://a").is_only("https://b") && !Audience::default().is_only("https://a"));
    }
}
