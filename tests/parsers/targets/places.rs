//! Where a list goes on, and from when: the small texts in the queries of lists.

use ostiary::model::audit::{AuditPlace, EventKind};
use ostiary::protocol::mcp::Cursor;
use ostiary::protocol::time::Timestamp;
use ostiary::protocol::user_agent;

pub const SEEDS: &[&[u8]] = &[
    b"1790000000123.aZ09-_",
    b"-1.",
    b"9223372036854775807.x.y",
    b"2026-11-21T08:00:00Z",
    b"2026-11-21t09:30:00.123456+01:30",
    b"0000-01-01T00:00:00-23:59",
    b"9999-12-31T23:59:60Z",
    b"c2VhcmNo",
    b"sign_in",
    b"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
];

pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(place) = AuditPlace::parse(text) {
        let written = format!("{}.{}", place.at.millis(), place.id);
        assert_eq!(AuditPlace::parse(&written), Some(place));
    }
    // An offset or a leap second may lead out of the years that RFC 3339 can write.
    let writable = Timestamp::from_seconds(-62_167_219_200)..Timestamp::from_seconds(253_402_300_800);
    if let Some(moment) = Timestamp::parse_rfc3339(text).filter(|moment| writable.contains(moment)) {
        let written = moment.rfc3339_millis();
        assert_eq!(Timestamp::parse_rfc3339(&written), Some(moment), "{written}");
        let whole = Timestamp::parse_rfc3339(&moment.rfc3339()).expect("what we write");
        assert_eq!(whole, moment.floor_to_second());
    }
    if let Some(cursor) = Cursor::parse(text) {
        assert_eq!(cursor.written(), text, "a place is written in one way");
    }
    if let Some(kind) = EventKind::parse(text) {
        assert_eq!(kind.as_str(), text);
    }
    if let Some(words) = user_agent::in_words(text) {
        assert!(words.bytes().all(|letter| letter.is_ascii_alphabetic() || letter == b' '), "words of ours: {words}");
    }
}
