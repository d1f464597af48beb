//! What a change expects of an entity tag (`If-Match`, RFC 9110 section 13.1.1).

use ostiary::protocol::entity_tag::{expected, of};

pub const SEEDS: &[&[u8]] = &[
    b"*",
    b"\"1\"",
    b"W/\"1\", \"2\"",
    b" \"1\" ,\"2\",, ",
    b"\"a,1,b\"",
    b"\"1\", *",
    b"\"\"",
    b"\"01\",\"9007199254740992\"",
];

pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let read = expected(text);
    assert_eq!(read.is_none(), text.trim() == "*");
    for revision in read.iter().flatten() {
        assert!(text.contains(&of(*revision)), "{revision}");
    }
    if let (Some(read), Some(tags)) = (read, by_grammar(text)) {
        let strong: Vec<i64> =
            tags.into_iter().filter_map(|tag| tag.parse().ok().filter(|it| of(*it) == format!("\"{tag}\""))).collect();
        assert_eq!(read, strong);
    }
}

/// The strong tags of a list, letter by letter as the grammar has it (sections 5.6.1 and 8.8.3); `None`: it is no list.
fn by_grammar(text: &str) -> Option<Vec<&str>> {
    let (mut rest, mut strong) = (text, Vec::new());
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        if !rest.is_empty() && !rest.starts_with(',') {
            let (weak, tag) = rest.strip_prefix("W/").map_or((false, rest), |tag| (true, tag));
            let (opaque, after) = tag.strip_prefix('"')?.split_once('"')?;
            if opaque.chars().any(|letter| letter <= ' ' || letter == '\u{7f}') {
                return None;
            }
            strong.extend(Some(opaque).filter(|_| !weak));
            rest = after.trim_start_matches([' ', '\t']);
        }
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None if rest.is_empty() => return Some(strong),
            None => return None,
        }
    }
}
