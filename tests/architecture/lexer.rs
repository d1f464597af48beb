//! Rust text as the few tokens that paths are made of; comments, strings and lifetimes are left out.

/// What matters of a Rust text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// An identifier or keyword.
    Word(String),
    /// `::`
    Separator,
    /// Any other letter that is not white space.
    Mark(char),
}

/// The tokens of `text`.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '/' if rest.starts_with("//") => rest.find('\n').map_or("", |end| from(rest, end)),
            '/' if rest.starts_with("/*") => after_block_comment(rest),
            '"' => after_string(rest),
            '\'' => after_quote(rest),
            ':' if rest.starts_with("::") => {
                found.push(Token::Separator);
                from(rest, 2)
            }
            _ if first.is_alphanumeric() || first == '_' => {
                let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                after_raw_string(word, after).unwrap_or_else(|| {
                    found.push(Token::Word(word.to_owned()));
                    after
                })
            }
            _ => {
                if !first.is_whitespace() {
                    found.push(Token::Mark(first));
                }
                from(rest, first.len_utf8())
            }
        };
    }
    found
}

fn from(text: &str, start: usize) -> &str {
    text.get(start..).unwrap_or("")
}

fn after_block_comment(text: &str) -> &str {
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        let rest = from(text, at);
        let step = match (rest.get(..2), rest.chars().next()) {
            (_, None) => return "",
            (Some("/*"), _) => {
                depth += 1;
                2
            }
            (Some("*/"), _) => {
                depth -= 1;
                2
            }
            (_, Some(letter)) => letter.len_utf8(),
        };
        at += step;
        if depth == 0 {
            return from(text, at);
        }
    }
}

fn after_string(text: &str) -> &str {
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '"' => return from(text, at + 1),
            _ => {}
        }
    }
    ""
}

/// After a character literal, or after the quote of a lifetime.
fn after_quote(text: &str) -> &str {
    let inner = from(text, 1);
    if inner.starts_with('\\') {
        let end = from(inner, 2).find('\'').map_or(inner.len(), |end| end + 3);
        return from(inner, end);
    }
    let mut letters = inner.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), Some('\'')) => from(inner, letter.len_utf8() + 1),
        _ => inner,
    }
}

/// When `word` begins a raw string (`r"…"`, `br#"…"#`), what comes after it. `r#type` is none.
fn after_raw_string<'a>(word: &str, after: &'a str) -> Option<&'a str> {
    if !matches!(word, "r" | "br" | "cr") {
        return None;
    }
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = from(after, hashes).strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(body.find(&close).map_or("", |end| from(body, end + close.len())))
}
