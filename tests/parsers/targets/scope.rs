//! Scope lists, two of them, one a line.

use ostiary::protocol::scope::ScopeSet;

use super::{assert_describable, halves};

pub const SEEDS: &[&[u8]] =
    &[b"read:tools call:tools\ncall:tools", b"a  a b \nb a c", b"a\"b\n\\", b"!#[]^~\n a", b"a\tb\n\xc3\xa9"];

pub fn check(data: &[u8]) {
    let (one, other) = halves(data);
    let (Some(one), Some(other)) = (read(one), read(other)) else { return };
    let (union, both) = (one.union(&other), one.intersection(&other));
    assert!(one.is_subset(&union) && other.is_subset(&union) && both.is_subset(&one) && both.is_subset(&other));
    for scope in union.iter() {
        assert_eq!(both.contains(scope), one.contains(scope) && other.contains(scope));
        assert!(one.contains(scope) || other.contains(scope));
    }
    assert_eq!(one.is_subset(&other), one.first_not_in(&other).is_none());
    let same = one.is_subset(&other) && other.is_subset(&one);
    assert_eq!(one.canonical() == other.canonical(), same, "order says nothing");
}

fn read(data: &[u8]) -> Option<ScopeSet> {
    let text = std::str::from_utf8(data).ok()?;
    let mut expected: Vec<&str> = Vec::new();
    for word in text.split(' ') {
        if !word.is_empty() && !expected.contains(&word) {
            expected.push(word);
        }
    }
    let letters = text.chars().all(|c| (' '..='~').contains(&c) && c != '"' && c != '\\');
    match ScopeSet::parse(text) {
        Ok(read) => {
            assert!(letters && expected.len() <= 64);
            assert_eq!(read.iter().collect::<Vec<_>>(), expected);
            assert_eq!(ScopeSet::parse(&read.to_string()).ok().as_ref(), Some(&read));
            let json = serde_json::to_string(&read).expect("JSON");
            assert_eq!(serde_json::from_str::<ScopeSet>(&json).ok().as_ref(), Some(&read));
            Some(read)
        }
        Err(error) => {
            assert!(!letters || expected.len() > 64, "{text:?}");
            assert_describable(&error);
            None
        }
    }
}
