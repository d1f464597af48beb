//! What is wrong with the arguments of a tool, and where.

use serde::Serialize;

/// Longest message, in letters.
const LONGEST: usize = 300;

/// Something in the arguments that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Where, as a JSON pointer into the arguments (RFC 6901); empty: the arguments as a whole.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl Violation {
    /// Something wrong with the argument of this name.
    #[must_use]
    pub fn of(argument: &str, message: impl Into<String>) -> Self {
        let name = argument.replace('~', "~0").replace('/', "~1");
        Self { pointer: format!("/{name}"), message: message.into() }
    }

    /// The same, in no more letters than somebody reads: a validator's words may repeat a schema or a value.
    #[must_use]
    pub fn shortened(self) -> Self {
        Self { message: self.message.chars().take(LONGEST).collect(), ..self }
    }

    /// Something wrong with all of them.
    #[must_use]
    pub fn of_all(message: impl Into<String>) -> Self {
        Self { pointer: String::new(), message: message.into() }
    }
}
