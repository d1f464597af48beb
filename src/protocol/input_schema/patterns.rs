//! Patterns of schemas: regular expressions of ECMAScript, as far as they are regular. Such are matched in one pass over the text,
//! whatever it is (`src/cloudflare/schemas.js`); what looks elsewhere first can take a time that doubles with each letter.

/// Longest regular expression.
const LONGEST: usize = 256;

/// What is wrong with a pattern, as far as can be told without knowing regular expressions.
pub(super) fn wrong(pattern: &str) -> Option<String> {
    if pattern.len() > LONGEST {
        return Some(format!("is over {LONGEST} letters"));
    }
    looks_elsewhere(pattern).then(|| "may not look ahead or behind, nor refer back to a group".to_owned())
}

/// Whether it holds `(?=`, `(?!`, `(?<=`, `(?<!`, a flag, or a reference to a group.
fn looks_elsewhere(pattern: &str) -> bool {
    let (mut rest, mut in_class) = (pattern.chars(), false);
    while let Some(letter) = rest.next() {
        match letter {
            '\\' if matches!(rest.next(), Some('1'..='9' | 'k')) => return true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let after = rest.as_str();
                let is_named = after.starts_with("?<") && !after.starts_with("?<=") && !after.starts_with("?<!");
                if after.starts_with('?') && !after.starts_with("?:") && !is_named {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_regular_is_let_through() {
        for good in [
            "",
            "^[a-z]+(-[a-z]+)*$",
            "(?:a|b)",
            "(?<year>\\d{4})",
            "\\(?=",
            "[(?=]",
            "[\\](?!]",
            "\\\\(a)",
            "[(](?:a)",
        ] {
            assert_eq!(wrong(good), None, "{good}");
        }
    }

    #[test]
    fn what_looks_elsewhere_or_is_too_long_is_not() {
        for bad in [
            "a(?=b)",
            "(?!a)",
            "(?<=a)b",
            "(?<!a)b",
            "(a)\\1",
            "(?<n>a)\\k<n>",
            "(?i:a)",
            "[(](?=a)",
            "\\[(?=a)",
            "\\\\(?=a)",
        ] {
            assert!(wrong(bad).is_some_and(|problem| problem.starts_with("may not look")), "{bad}");
        }
        assert_eq!(wrong(&"a".repeat(257)).as_deref(), Some("is over 256 letters"));
    }
}
