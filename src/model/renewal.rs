//! A token that is to be renewed, and what came of it, as they go between an isolate and the one place where a token is renewed.

use serde_json::{Value, json};

use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::json::from_text;
use crate::protocol::time::Timestamp;

/// Before a provider's id: the connection of this server itself. No connection's own id has a colon.
const OF_SERVER: &str = "server:";

/// A token that somebody needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Of which connection: its id, or [`Wanted::of_server`].
    pub connection: String,
    /// The hash of the token at hand: any other one that is valid by now will do.
    pub at_hand: Option<String>,
    /// Whether a tool's server refused that one, so that only another one is of use.
    pub refused: bool,
}

/// What came of it.
#[derive(Debug)]
pub enum Renewed {
    /// A token that is valid now.
    Token(String),
    /// The connection is of no use any more: the person must connect it anew.
    Lost,
    /// There is no new one at the moment, and why.
    NotNow(OAuthError),
}

impl Wanted {
    /// One of the connection with this id.
    #[must_use]
    pub fn of(connection: &str) -> Self {
        Self { connection: connection.to_owned(), at_hand: None, refused: false }
    }

    /// One of this server itself, at this provider.
    #[must_use]
    pub fn of_server(provider_id: &str) -> Self {
        Self::of(&format!("{OF_SERVER}{provider_id}"))
    }

    /// The same in place of this one, which is about to end.
    #[must_use]
    pub fn after(mut self, token: &str) -> Self {
        self.at_hand = Some(sha256_base64url(token));
        self
    }

    /// The same in place of this one, which was refused.
    #[must_use]
    pub fn other_than(mut self, token: &str) -> Self {
        self.refused = true;
        self.after(token)
    }

    /// The provider, if it is one of this server itself.
    #[must_use]
    pub fn server_provider(&self) -> Option<&str> {
        self.connection.strip_prefix(OF_SERVER)
    }

    /// Whether this token is the one at hand.
    #[must_use]
    pub fn has(&self, token: &str) -> bool {
        self.at_hand.as_ref().is_some_and(|hash| *hash == sha256_base64url(token))
    }

    /// When a token was last renewed because it was refused, once this wish is granted now.
    #[must_use]
    pub fn refused_at(&self, now: Timestamp, before: Option<Timestamp>) -> Option<Timestamp> {
        if self.refused { Some(now.floor_to_second()) } else { before }
    }

    /// Whether what came of another's wish, as it is written, answers this one, too.
    #[must_use]
    pub fn is_met_by(&self, written: &str) -> bool {
        !matches!(Renewed::read(written), Some(Renewed::Token(token)) if self.refused && self.has(&token))
    }

    /// As it is sent.
    #[must_use]
    pub fn written(&self) -> String {
        json!({ "connection": self.connection, "at_hand": self.at_hand, "refused": self.refused }).to_string()
    }

    /// What [`Wanted::written`] wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let sent: Value = from_text(text).ok()?;
        Some(Self {
            connection: text_of(&sent, "connection")?,
            at_hand: text_of(&sent, "at_hand"),
            refused: sent.get("refused").and_then(Value::as_bool).unwrap_or(false),
        })
    }
}

impl Renewed {
    /// As it is sent. Of an error only what the caller may know.
    #[must_use]
    pub fn written(&self) -> String {
        let sent = match self {
            Self::Token(token) => json!({ "token": token }),
            Self::Lost => json!({}),
            Self::NotNow(error) => json!({
                "status": error.code.status(), "problem": error.description, "retry_after": error.retry_after,
            }),
        };
        sent.to_string()
    }

    /// What [`Renewed::written`] wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let sent: Value = from_text(text).ok()?;
        if let Some(token) = text_of(&sent, "token") {
            return Some(Self::Token(token));
        }
        let Some(problem) = text_of(&sent, "problem") else { return Some(Self::Lost) };
        let error = OAuthError::new(code_of(sent.get("status").and_then(Value::as_u64)), problem);
        Some(Self::NotNow(match sent.get("retry_after").and_then(Value::as_u64) {
            Some(seconds) => error.retry_after(seconds),
            None => error,
        }))
    }
}

fn text_of(sent: &Value, member: &str) -> Option<String> {
    sent.get(member)?.as_str().map(str::to_owned)
}

/// Of the codes that a renewal ends in, each has a status of its own.
const fn code_of(status: Option<u64>) -> ErrorCode {
    match status {
        Some(404) => ErrorCode::NotFound,
        Some(500) => ErrorCode::ServerError,
        Some(502) => ErrorCode::BadGateway,
        _ => ErrorCode::TemporarilyUnavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_read_as_it_was_written() {
        for wanted in
            [Wanted::of("a-b_c"), Wanted::of_server("idp"), Wanted::of("x").after("y"), Wanted::of("x").other_than("y")]
        {
            assert_eq!(Wanted::read(&wanted.written()), Some(wanted));
        }
        assert_eq!(Wanted::of_server("idp").server_provider(), Some("idp"));
        assert_eq!(Wanted::of("idp").server_provider(), None);
        assert_eq!(Wanted::read("{}"), None);
        assert!(!Wanted::of("x").other_than("hush").written().contains("hush"));
    }

    #[test]
    fn what_came_of_it_is_read_as_it_was_written() {
        assert!(
            matches!(Renewed::read(&Renewed::Token("t".into()).written()), Some(Renewed::Token(token)) if token == "t")
        );
        assert!(matches!(Renewed::read(&Renewed::Lost.written()), Some(Renewed::Lost)));
        for code in
            [ErrorCode::NotFound, ErrorCode::ServerError, ErrorCode::BadGateway, ErrorCode::TemporarilyUnavailable]
        {
            let sent = Renewed::NotNow(OAuthError::new(code, "why").detail("hush").retry_after(7)).written();
            assert!(!sent.contains("hush"));
            let Some(Renewed::NotNow(read)) = Renewed::read(&sent) else { panic!("{sent}") };
            assert_eq!((read.code, read.description.as_str(), read.retry_after), (code, "why", Some(7)));
        }
        assert!(Renewed::read("").is_none());
    }

    #[test]
    fn only_the_token_that_was_refused_is_no_answer() {
        let wanted = Wanted::of("x").other_than("old");
        assert!(!wanted.is_met_by(&Renewed::Token("old".into()).written()));
        assert!(wanted.is_met_by(&Renewed::Token("new".into()).written()));
        assert!(wanted.is_met_by(&Renewed::Lost.written()));
        assert!(Wanted::of("x").after("old").is_met_by(&Renewed::Token("old".into()).written()));
    }
}
