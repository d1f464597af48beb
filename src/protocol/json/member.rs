//! Which member of a JSON object a reading error is about.

use super::from_bytes;

/// The member of the object `bytes` that `error` is about, where that can be told. A reader that wraps another says it with
/// [`in_member`].
#[must_use]
pub fn member_of(bytes: &[u8], error: &serde_json::Error) -> Option<String> {
    if !error.is_data() {
        return None;
    }
    named_in(&error.to_string()).or_else(|| {
        let line_begins = match error.line() {
            0 => return None,
            1 => 0,
            line => bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(line - 2)?.0 + 1,
        };
        member_before(bytes.get(..line_begins + error.column()).unwrap_or(bytes))
    })
}

/// `error`, saying that it is about `member`.
#[must_use]
pub fn in_member(member: &str, error: &serde_json::Error) -> serde_json::Error {
    serde::de::Error::custom(format!("wrong field `{member}`: {error}"))
}

/// serde's own words, and those of [`in_member`].
fn named_in(message: &str) -> Option<String> {
    let said = ["missing field `", "unknown field `", "duplicate field `", "wrong field `"];
    let rest = said.iter().find_map(|said| message.strip_prefix(said))?;
    rest.split_once('`').map(|(name, _)| name.to_owned())
}

/// The last member of the outermost object that begins in `bytes`, which is JSON as far as it goes.
fn member_before(bytes: &[u8]) -> Option<String> {
    let (mut depth, mut text, mut key) = (0_u32, None, None);
    let mut rest = bytes.iter().enumerate();
    while let Some((at, byte)) = rest.next() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b':' if depth == 1 => key = text,
            b'"' => {
                let mut escaped = false;
                let end = rest.by_ref().find(|(_, byte)| {
                    let ends = **byte == b'"' && !escaped;
                    escaped = **byte == b'\\' && !escaped;
                    ends
                });
                text = end.and_then(|(end, _)| bytes.get(at..=end));
            }
            _ => {}
        }
    }
    key.and_then(|key| from_bytes(key).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::super::from_text;
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only what is wrong is read")]
    struct Read {
        name: String,
        list: Option<Vec<u8>>,
        flag: Option<bool>,
    }

    fn wrong_member(text: &str) -> Option<String> {
        let error = from_text::<Read>(text).err()?;
        member_of(text.as_bytes(), &error)
    }

    #[test]
    fn what_is_missing_unknown_repeated_or_of_the_wrong_type_is_named() {
        for (text, member) in [
            ("{}", Some("name")),
            (r#"{"name":"x","other":1}"#, Some("other")),
            (r#"{"name":"x","name":"y"}"#, Some("name")),
            (r#"{"name":1}"#, Some("name")),
            (r#"{"flag":true,"name":null,"list":[]}"#, Some("name")),
            ("{\n \"name\": \"a\\\"}:{\",\n \"list\": [1,\n {\"flag\": 2}]}", Some("list")),
            (r#"{"name":"x","flag":"yes","list":[1]}"#, Some("flag")),
            (r#"{"name":"x","list":[256]}"#, Some("list")),
            (r#"{"name":"x","list":{"flag":1}}"#, Some("list")),
            (r#"{"n\u0061me":1}"#, Some("name")),
            (r#"{"name":"x""#, None),
            ("", None),
            ("[", None),
        ] {
            assert_eq!(wrong_member(text).as_deref(), member, "{text}");
        }
    }

    #[test]
    fn a_reader_within_another_says_which_member_it_is_about() {
        let error = from_text::<bool>("1").unwrap_err();
        let wrapped = in_member("flag", &error);
        assert_eq!(member_of(b"", &wrapped).as_deref(), Some("flag"));
    }

    proptest! {
        #[test]
        fn looking_for_it_never_panics(text in r#"[{}\[\]",:\\n\na-c1 ]{0,40}|.*"#) {
            wrong_member(&text);
            member_before(text.as_bytes());
        }
    }
}
