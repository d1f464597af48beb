//! Text of others as Python literals, out of which nothing leads: what stands between the quotes is data to Python, and to
//! people who read the file.

use std::fmt::Write;

/// A string literal.
#[must_use]
pub fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    escape(text, &mut out);
    out.push('"');
    out
}

/// A comment's or a docstring's line: no line end, quote or backslash in it is one to Python.
pub fn escape(text: &str, out: &mut String) {
    for char in text.chars() {
        match char {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='~' => out.push(char),
            _ if is_plain(char) => out.push(char),
            _ => {
                // Into a `String` nothing fails.
                let _ = write!(out, "\\U{:08x}", u32::from(char));
            }
        }
    }
}

/// Whether a letter shows itself as what it is. Controls, separators of lines, what turns the direction of writing and what
/// is not seen do not, and a file that holds them does not read as it runs (CVE-2021-42574).
fn is_plain(char: char) -> bool {
    char.escape_debug().len() == 1
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn what_could_end_a_literal_is_escaped() {
        for (text, expected) in [
            ("plain", r#""plain""#),
            ("a\"\"\"b", r#""a\"\"\"b""#),
            ("back\\", r#""back\\""#),
            ("\\N{BULLET}\\x41", r#""\\N{BULLET}\\x41""#),
            ("a\nb\r\tc\0", r#""a\nb\r\tc\U00000000""#),
            ("{it}'s %s", r#""{it}'s %s""#),
        ] {
            assert_eq!(literal(text), expected);
        }
    }

    #[test]
    fn letters_of_all_alphabets_stay_and_what_is_not_seen_is_spelt_out() {
        assert_eq!(literal("größer – 天気 🌦"), "\"größer – 天気 🌦\"");
        for hidden in [
            '\u{85}', '\u{2028}', '\u{2029}', '\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{a0}', '\u{c}',
            '\u{7f}',
        ] {
            assert_eq!(literal(&hidden.to_string()), format!("\"\\U{:08x}\"", u32::from(hidden)));
        }
    }
}
