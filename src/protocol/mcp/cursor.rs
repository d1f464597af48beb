//! Where a page of a list ended (Pagination): after the tool of this name. Opaque to clients.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::protocol::tool_name::is_tool_name;

/// The name after which the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// A tool's name. Whether there still is such a tool does not matter.
    pub after: String,
}

impl Cursor {
    /// Reads what [`Self::written`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let after = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        is_tool_name(&after).then_some(Self { after })
    }

    /// As clients are told it.
    #[must_use]
    pub fn written(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() {
        let cursor = Cursor { after: "search".to_owned() };
        assert_eq!(cursor.written(), "c2VhcmNo");
        assert_eq!(Cursor::parse("c2VhcmNo"), Some(cursor));
        for text in ["", "c2VhcmNo=", "search", "c2Vh cmNo", "_-8", "JyBPUiAx", "w7w"] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }
}
