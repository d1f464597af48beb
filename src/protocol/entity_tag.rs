//! Entity tags (RFC 9110 section 8.8.3), made of a revision, and what a request expects of them.

/// The tag of a revision.
#[must_use]
pub fn of(revision: i64) -> String {
    format!("\"{revision}\"")
}

/// The revisions that a change may rest on, by `If-Match` (RFC 9110 section 13.1.1); `None`: any, `*`. Tags that are none of ours
/// match nothing, and neither do weak ones, by the strong comparison (section 8.8.3.2).
#[must_use]
pub fn expected(if_match: &str) -> Option<Vec<i64>> {
    if if_match.trim() == "*" {
        return None;
    }
    // A comma may stand within a tag of others, but no tag of ours then comes of it, since no quote may.
    let tags = if_match.split(',').map(str::trim);
    let revision = |tag: &str| {
        let revision = tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()?;
        (of(revision) == tag).then_some(revision)
    };
    Some(tags.filter_map(revision).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_a_strong_tag_of_ours_is_expected() {
        for (if_match, revisions) in [
            ("\"7\"", vec![7]),
            (" \"7\" , \"8\",\"\"", vec![7, 8]),
            ("\"7\",,\"a\"", vec![7]),
            ("W/\"7\"", vec![]),
            ("w/\"7\", \"8\"", vec![8]),
            ("7", vec![]),
            ("\"7", vec![]),
            ("\"", vec![]),
            ("\"+7\"", vec![]),
            ("\"07\"", vec![]),
            ("\" 7\"", vec![]),
            ("\"9223372036854775808\"", vec![]),
            ("\"a,7,b\"", vec![]),
            ("", vec![]),
            ("*, \"7\"", vec![7]),
        ] {
            assert_eq!(expected(if_match), Some(revisions), "{if_match}");
        }
        assert_eq!((expected("*"), expected(" * ")), (None, None));
    }

    proptest! {
        #[test]
        fn what_is_made_of_a_revision_is_read_back(revision in 0..i64::MAX) {
            prop_assert_eq!(expected(&of(revision)), Some(vec![revision]));
        }

        #[test]
        fn whatever_is_expected_stands_in_the_header(if_match in r#"["*,W/0-9 ]{0,20}|.*"#) {
            let revisions = expected(&if_match);
            prop_assert_eq!(revisions.is_none(), if_match.trim() == "*");
            prop_assert!(revisions.iter().flatten().all(|revision| if_match.contains(&of(*revision))));
        }
    }
}
