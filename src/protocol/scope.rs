//! Scopes: the token syntax of RFC 6749 3.3, and sets of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::error::OAuthError;

/// Scope tokens in the order they were asked for, none twice. Written as one text with spaces between.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeSet(Vec<String>);

/// A scope that is there from the first start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// The scope token.
    pub name: &'static str,
    /// The sentence on the consent page.
    pub description: &'static str,
    /// Whether clients that registered themselves may ask for it, and metadata lists it.
    pub open: bool,
    /// What of a user it releases (OpenID Connect Core 5.4).
    pub claims: &'static [&'static str],
}

impl BuiltIn {
    const fn new(name: &'static str, description: &'static str, open: bool) -> Self {
        Self { name, description, open, claims: &[] }
    }

    const fn releases(name: &'static str, description: &'static str, claims: &'static [&'static str]) -> Self {
        Self { name, description, open: true, claims }
    }
}

/// The scopes that are there from the first start, as the migrations insert them.
pub const BUILT_IN: &[BuiltIn] = &[
    BuiltIn::new("read:tools", "See the tools that are switched on", true),
    BuiltIn::new("call:tools", "Call the tools that are switched on", true),
    BuiltIn::new("manage:tools", "Switch tools on and off", false),
    BuiltIn::new("agent:connect", "Link accounts at other providers for agents", true),
    BuiltIn::new("connections:token", "Be given access tokens of your linked accounts", false),
    BuiltIn::new(ADMIN, "Administer this server", false),
    BuiltIn::new(OPENID, "Know that it is you, by an id that says nothing about you", true),
    BuiltIn::releases("profile", "See your profile: your name, picture, birthday and the like", PROFILE),
    BuiltIn::releases("email", "See your e-mail address", &["email", "email_verified"]),
    BuiltIn::releases("address", "See your postal address", &["address"]),
    BuiltIn::releases("phone", "See your phone number", &["phone_number", "phone_number_verified"]),
    BuiltIn::new(OFFLINE_ACCESS, "Stay connected after you sign out here", true),
];

/// With it an authorization request is one of OpenID Connect (Core 3.1.2.1).
pub const OPENID: &str = "openid";

/// Without it, what `openid` opens ends with the session (OpenID Connect Core 11).
pub const OFFLINE_ACCESS: &str = "offline_access";

/// OpenID Connect Core 5.4.
const PROFILE: &[&str] = &[
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];

/// The scope of the admin API: never a default, never by registration or client credentials, never listed.
pub const ADMIN: &str = "admin";

/// What a scope text may cost to look at.
const MOST_SCOPES: usize = 64;

impl ScopeSet {
    /// Reads a `scope` parameter: tokens of printable ASCII without `"` and `\`, separated by spaces.
    ///
    /// # Errors
    /// `invalid_scope` for any other letter, or for more than 64 tokens.
    pub fn parse(text: &str) -> Result<Self, OAuthError> {
        let mut scopes = Vec::new();
        for token in text.split(' ').filter(|token| !token.is_empty()) {
            if !token.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5B | 0x5D..=0x7E)) {
                return Err(OAuthError::invalid_scope("scope holds a character that scopes may not have"));
            }
            if scopes.iter().any(|known| known == token) {
                continue;
            }
            // Before the next one is compared with all of them: a stranger may send a body full of them.
            if scopes.len() == MOST_SCOPES {
                return Err(OAuthError::invalid_scope("scope names too many scopes"));
            }
            scopes.push(token.to_owned());
        }
        Ok(Self(scopes))
    }

    /// Whether `scope` is in the set.
    #[must_use]
    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|known| known == scope)
    }

    /// Whether every scope of this set is in `other`.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|scope| other.contains(scope))
    }

    /// The first scope that `other` lacks.
    #[must_use]
    pub fn first_not_in(&self, other: &Self) -> Option<&str> {
        self.iter().find(|scope| !other.contains(scope))
    }

    /// Those scopes of this set that are also in `other`, in this set's order.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.iter().filter(|scope| other.contains(scope)).collect()
    }

    /// This set, and what `other` adds.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }

    /// The scopes, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the set is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same for the same set, in whatever order it was asked for.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut scopes: Vec<&str> = self.iter().collect();
        scopes.sort_unstable();
        scopes.join(" ")
    }
}

impl<'a> FromIterator<&'a str> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = &'a str>>(scopes: I) -> Self {
        let mut set: Vec<String> = Vec::new();
        for scope in scopes {
            if !set.iter().any(|known| known == scope) {
                set.push(scope.to_owned());
            }
        }
        Self(set)
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl From<ScopeSet> for String {
    fn from(scopes: ScopeSet) -> Self {
        scopes.to_string()
    }
}

impl TryFrom<String> for ScopeSet {
    type Error = OAuthError;

    fn try_from(text: String) -> Result<Self, OAuthError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(text: &str) -> ScopeSet {
        text.split_ascii_whitespace().collect()
    }

    #[test]
    fn a_scope_text_is_tokens_with_spaces_between() {
        for (text, tokens) in [
            ("", &[][..]),
            ("   ", &[]),
            ("read:tools", &["read:tools"]),
            (" b  a b ", &["b", "a"]),
            ("Read read", &["Read", "read"]),
            ("!#[]~ https://a/b?c=d", &["!#[]~", "https://a/b?c=d"]),
        ] {
            let parsed = ScopeSet::parse(text).unwrap_or_default();
            assert_eq!(parsed.iter().collect::<Vec<_>>(), tokens, "{text}");
            assert_eq!(parsed.is_empty(), tokens.is_empty());
        }
    }

    #[test]
    fn other_letters_and_too_many_scopes_are_an_invalid_scope() {
        let many = |count: usize| (0..count).map(|number| number.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(ScopeSet::parse(&many(64)).map(|scopes| scopes.iter().count()).ok(), Some(64));
        // It stops at the 65th, whatever comes after.
        let stopped = ScopeSet::parse(&format!("{} \"", many(65))).map_err(|error| error.description.clone());
        assert_eq!(stopped, Err("scope names too many scopes".to_owned()));
        for text in ["a\"b", "a\\b", "a\tb", "a\nb", "\u{e9}", "\u{7f}", "a\0", &many(65)] {
            let refused = ScopeSet::parse(text).err().map(|error| error.code.as_str());
            assert_eq!(refused, Some("invalid_scope"), "{text:?}");
        }
    }

    #[test]
    fn sets_are_compared_whatever_their_order() {
        let (some, all) = (set("b a"), set("a b c"));
        assert!(some.is_subset(&all) && !all.is_subset(&some) && ScopeSet::default().is_subset(&some));
        assert_eq!((all.first_not_in(&some), some.first_not_in(&all)), (Some("c"), None));
        assert_eq!(some.canonical(), set("a b").canonical());
        assert!(all.contains("c") && !all.contains("C") && !all.contains(""));
    }

    #[test]
    fn intersection_and_union_keep_the_order_asked_for() {
        assert_eq!(set("c b a").intersection(&set("a c d")).to_string(), "c a");
        assert_eq!(set("c b").union(&set("a b d")).to_string(), "c b a d");
    }

    #[test]
    fn a_set_is_written_as_one_text() {
        assert_eq!(serde_json::to_string(&set("b a")).ok().as_deref(), Some(r#""b a""#));
        assert_eq!(serde_json::from_str(r#""b a b""#).ok(), Some(set("b a")));
        assert!(serde_json::from_str::<ScopeSet>(r#""\u00e9""#).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text in "[ -~]{0,40}|.*") {
            if let Ok(scopes) = ScopeSet::parse(&text) {
                prop_assert_eq!(ScopeSet::parse(&scopes.to_string()).ok(), Some(scopes));
            }
        }

        #[test]
        fn narrowing_never_widens(asked in "[a-d ]{0,8}", allowed in "[a-d ]{0,8}") {
            let (asked, allowed) = (set(&asked), set(&allowed));
            let had = asked.intersection(&allowed);
            prop_assert!(had.is_subset(&asked) && had.is_subset(&allowed));
            prop_assert_eq!(asked.is_subset(&allowed), asked.first_not_in(&allowed).is_none());
            prop_assert!(asked.is_subset(&asked.union(&allowed)) && allowed.is_subset(&asked.union(&allowed)));
        }
    }
}
