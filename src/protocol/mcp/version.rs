//! The versions of the protocol, and in what they differ.

/// A version that is spoken here. A later one is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// Streamable HTTP with batches; results are text.
    V2025_03_26,
    /// No batches; the header `MCP-Protocol-Version`, structured results, titles.
    V2025_06_18,
    /// Arguments that do not fit are for the model to mend, so they are a result.
    V2025_11_25,
    /// Every request stands for itself: no handshake, but `_meta` and headers that say what the body says.
    V2026_07_28,
}

impl Version {
    /// All of them, the newest first.
    pub const ALL: [Self; 4] = [Self::V2026_07_28, Self::V2025_11_25, Self::V2025_06_18, Self::V2025_03_26];
    /// What a request is taken for that says nothing: the last version without the header.
    pub const UNSAID: Self = Self::V2025_03_26;
    /// The newest that begins with `initialize`.
    pub const NEWEST_WITH_HANDSHAKE: Self = Self::V2025_11_25;

    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }

    /// The names of all, the newest first.
    #[must_use]
    pub fn names() -> [&'static str; 4] {
        Self::ALL.map(Self::name)
    }

    /// The version of this name, if it is spoken here.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.name() == name)
    }

    /// What a client that begins with `initialize` and wants this version gets (Lifecycle, version negotiation).
    #[must_use]
    pub fn negotiated(wanted: &str) -> Self {
        Self::of(wanted).filter(|version| !version.is_stateless()).unwrap_or(Self::NEWEST_WITH_HANDSHAKE)
    }

    /// Whether several messages may come in one body.
    #[must_use]
    pub fn has_batches(self) -> bool {
        self == Self::V2025_03_26
    }

    /// Whether things have a title beside their name.
    #[must_use]
    pub fn has_titles(self) -> bool {
        self >= Self::V2025_06_18
    }

    /// Whether a tool's result may have this `structuredContent`: an object, later any value.
    #[must_use]
    pub fn may_structure(self, content: &serde_json::Value) -> bool {
        self >= Self::V2026_07_28 || self >= Self::V2025_06_18 && content.is_object()
    }

    /// Whether arguments that do not fit are told to the model, as a result, rather than to its program, as an error.
    #[must_use]
    pub fn tells_the_model_of_arguments(self) -> bool {
        self >= Self::V2025_11_25
    }

    /// Whether each request says by itself all there is to know.
    #[must_use]
    pub fn is_stateless(self) -> bool {
        self >= Self::V2026_07_28
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_version_is_known_by_its_name_and_later_ones_are_greater() {
        assert_eq!(Version::names(), ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"]);
        assert!(Version::ALL.is_sorted_by(|later, earlier| later > earlier));
        for version in Version::ALL {
            assert_eq!(Version::of(version.name()), Some(version));
        }
        assert_eq!(Version::of("2024-11-05"), None);
    }

    #[test]
    fn a_handshake_never_ends_in_a_version_without_one() {
        for (wanted, got) in [
            ("2025-03-26", "2025-03-26"),
            ("2025-06-18", "2025-06-18"),
            ("2025-11-25", "2025-11-25"),
            ("2026-07-28", "2025-11-25"),
            ("2024-11-05", "2025-11-25"),
            ("", "2025-11-25"),
        ] {
            assert_eq!(Version::negotiated(wanted).name(), got, "{wanted}");
        }
    }

    #[test]
    fn what_a_result_may_hold_grew_with_the_versions() {
        let may = |content| Version::ALL.map(|version| version.may_structure(&content));
        assert_eq!(may(json!({})), [true, true, true, false]);
        assert_eq!(may(json!([])), [true, false, false, false]);
        assert_eq!(may(json!(null)), [true, false, false, false]);
    }
}
