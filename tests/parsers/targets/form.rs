//! Queries and form bodies.

use ostiary::protocol::parameters::Parameters;
use url::form_urlencoded;

use super::assert_describable;

pub const SEEDS: &[&[u8]] = &[
    b"grant_type=authorization_code&code=a.b&redirect_uri=https%3A%2F%2Fa.example%2Fcb",
    b"a=b+c%20d%2Be&a=%e2%82%AC&&=&x",
    b"a=%&b=%4&c=%zz&d=%ff&e=%c0%80",
    b"resource=a&resource=b&scope=read%3Atools+call%3Atools",
];

pub fn check(data: &[u8]) {
    match (Parameters::parse(data), slowly(data)) {
        (Ok(read), Some(pairs)) => {
            let found: Vec<(String, String)> = read.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
            assert_eq!(found, pairs);
            let of_url: Vec<(String, String)> = form_urlencoded::parse(data).into_owned().collect();
            assert_eq!(found, of_url, "a browser reads the same");
            assert_eq!(Parameters::parse(read.encode().as_bytes()).ok().as_ref(), Some(&read));
            assert_access(&read, &pairs);
        }
        (Err(error), None) => assert_describable(&error),
        (read, slow) => panic!("read {read:?}, slowly {slow:?}"),
    }
}

/// Each name is found as often as it is there.
fn assert_access(read: &Parameters, pairs: &[(String, String)]) {
    for (name, _) in pairs {
        let values: Vec<&str> = pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str()).collect();
        match (read.optional(name), values.as_slice()) {
            (Ok(found), [value]) => assert_eq!(found, Some(*value).filter(|value| !value.is_empty())),
            (Err(error), [_, _, ..]) => assert_describable(&error),
            (found, values) => panic!("{name}: {found:?} of {values:?}"),
        }
        let filled: Vec<&str> = values.iter().copied().filter(|value| !value.is_empty()).collect();
        assert_eq!(read.all(name), filled);
        assert_eq!(read.required(name).is_ok(), values.len() == 1 && filled.len() == 1);
        assert_eq!(read.first(name), values.first().copied().filter(|value| !value.is_empty()));
    }
    let mut names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let repeated = names.windows(2).any(|two| two[0] == two[1]);
    assert_eq!(read.refuse_repeated(&[]).is_err(), repeated);
    assert!(read.refuse_repeated(&names).is_ok());
}

/// The same, letter by letter; `None` for what is broken or too much.
fn slowly(data: &[u8]) -> Option<Vec<(String, String)>> {
    let pairs: Vec<&[u8]> = data.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).collect();
    if pairs.len() > 128 {
        return None;
    }
    let read = |pair: &&[u8]| {
        let end = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let value = pair.get(end + 1..).unwrap_or_default();
        Some((decoded(&pair[..end])?, decoded(value)?))
    };
    pairs.iter().map(read).collect()
}

pub fn decoded(encoded: &[u8]) -> Option<String> {
    let mut bytes = Vec::new();
    let mut at = 0;
    while at < encoded.len() {
        if encoded[at] == b'%' {
            let digits = encoded.get(at + 1..at + 3).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            at += 3;
        } else {
            bytes.push(if encoded[at] == b'+' { b' ' } else { encoded[at] });
            at += 1;
        }
    }
    String::from_utf8(bytes).ok()
}
