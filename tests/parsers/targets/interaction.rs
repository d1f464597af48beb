//! Sealed text, and what comes out of a seal.

use ostiary::model::code::CodeRecord;
use ostiary::model::interaction::{Interaction, LIFETIME};
use ostiary::protocol::sealed::Sealed;
use ostiary::protocol::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub const SEEDS: &[&[u8]] = &[
    b"test-1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    b"test-1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
    b"{\"began_at\":1800000000000,\"purpose\":{\"Page\":\"Account\"}}",
    b"{\"began_at\":1800000000000,\"purpose\":{\"Administration\":\"/admin/users\"}}",
    b"{\"began_at\":9223372036854775807,\"purpose\":{\"Authorize\":{\"client_id\":\"a\",\"client_name\":\"A\",\"redirect_uri\":\
      \"https://a/cb\",\"redirect_uri_sent\":true,\"scope\":\"a b\",\"resources\":[],\"state\":null,\"code_challenge\":\"x\",\
      \"grant_id\":\"g\",\"code\":\"g.c\",\"shown_to\":{\"user_id\":\"u\",\"sid\":\"s\"}}}}",
    b"{\"client_id\":\"a\",\"user_id\":\"u\",\"redirect_uri\":\"https://a/cb\",\"redirect_uri_sent\":true,\"scope\":\"a\",\
      \"resources\":[\"urn:a\"],\"code_challenge\":null,\"auth_time\":1,\"sid\":\"s\",\"expires_at\":2}",
];

pub fn check(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data)
        && let Some(sealed) = Sealed::parse(text)
    {
        assert_eq!(sealed.encode(), text, "sealed text has one spelling");
        assert!(!sealed.kid.is_empty() && !sealed.kid.contains('.') && sealed.ciphertext.len() >= 16);
    }
    if let Some(interaction) = read_twice::<Interaction>(data) {
        let began = interaction.began_at;
        let ends = began + LIFETIME;
        assert!(interaction.is_over(ends), "{began:?}");
        assert!(ends == Timestamp::from_millis(i64::MAX) || !interaction.is_over(began), "{began:?}");
    }
    read_twice::<CodeRecord>(data);
}

/// What is read, when writing and reading it again gives the same.
fn read_twice<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(data: &[u8]) -> Option<T> {
    let read: T = serde_json::from_slice(data).ok()?;
    let written = serde_json::to_vec(&read).expect("JSON");
    assert_eq!(serde_json::from_slice::<T>(&written).ok().as_ref(), Some(&read));
    Some(read)
}
