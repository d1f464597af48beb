//! What is done to a right request.

use proptest::prelude::*;
use proptest::sample::select;

use crate::material::{COOKIE_NAMES, HEADERS, HOSTS, JSON, METHODS, NAMES, PATHS, PAUSES, PIECES, RAW, TEXTS, TYPES};

/// One thing done to a request. Where it says which field, header or place, the number is taken modulo how many there
/// are.
#[derive(Clone, Debug)]
pub enum Mutation {
    Drop(u8),
    Duplicate(u8),
    Repeat(u8, Junk),
    Swap(u8, u8),
    Rename(u8, &'static str),
    Replace(u8, Junk),
    /// By something that is known in this world under the place it has there.
    ReplaceByKnown(u8, u8),
    Splice(u8, u16, Junk),
    Cut(u8, u16),
    Flip(u8, u16, u8),
    Add(&'static str, Junk),
    Flood(u8),
    Authorization(Credentials),
    Cookie(CookieChange),
    ContentTypes(Vec<&'static str>),
    AsJson,
    AsForm,
    AsQuery,
    Header(&'static str, Junk),
    DropHeader(u8),
    FlipHeader(u8, u16, u8),
    Method(&'static str),
    Host(&'static str),
    Path(&'static str),
    PathEnd(Junk),
    Insert(u16, Junk),
    Oversize,
    Later(u64),
}

/// What a value is spoiled with.
#[derive(Clone, Debug)]
pub enum Junk {
    /// Encoded as its place asks.
    Text(&'static str),
    /// As it is, be it broken.
    Raw(&'static [u8]),
    /// JSON where JSON is sent, a text elsewhere.
    Json(&'static str),
    Long(u8, u16),
    Deep(u16),
    Letters(String),
    Bytes(Vec<u8>),
}

/// What becomes of the `Authorization` header.
#[derive(Clone, Debug)]
pub enum Credentials {
    None,
    Twice,
    Bearer(u8),
    /// Of two known values.
    Basic(u8, u8),
    /// Of bytes before they are base64.
    BasicOf(Junk),
    Raw(Junk),
    Flip(u16, u8),
}

/// What becomes of the cookies.
#[derive(Clone, Debug)]
pub enum CookieChange {
    None,
    Drop(u8),
    Twice(u8),
    SwapValues,
    Known(u8, u8),
    Cut(u8, u8),
    Add(&'static str, String),
    Flood(u8),
}

/// A few things done to one request: mostly one, so that the rest of it is right and deep code is reached.
pub fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let one = || mutation().prop_map(|mutation| vec![mutation]);
    prop_oneof![
        1 => Just(Vec::new()),
        9 => one(),
        4 => prop::collection::vec(mutation(), 2),
        1 => prop::collection::vec(mutation(), 3..8),
    ]
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![14 => of_fields(), 5 => of_headers(), 4 => of_the_whole()]
}

fn of_fields() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        3 => any::<u8>().prop_map(Mutation::Drop),
        1 => any::<u8>().prop_map(Mutation::Duplicate),
        1 => (any::<u8>(), junk()).prop_map(|(at, junk)| Mutation::Repeat(at, junk)),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(one, other)| Mutation::Swap(one, other)),
        1 => (any::<u8>(), select(NAMES)).prop_map(|(at, name)| Mutation::Rename(at, name)),
        5 => (any::<u8>(), junk()).prop_map(|(at, junk)| Mutation::Replace(at, junk)),
        6 => (any::<u8>(), any::<u8>()).prop_map(|(at, known)| Mutation::ReplaceByKnown(at, known)),
        2 => (any::<u8>(), any::<u16>(), junk()).prop_map(|(at, place, junk)| Mutation::Splice(at, place, junk)),
        2 => (any::<u8>(), any::<u16>()).prop_map(|(at, place)| Mutation::Cut(at, place)),
        3 => (any::<u8>(), any::<u16>(), 1..=255_u8).prop_map(|(at, place, with)| Mutation::Flip(at, place, with)),
        4 => (select(NAMES), junk()).prop_map(|(name, junk)| Mutation::Add(name, junk)),
        1 => any::<u8>().prop_map(Mutation::Flood),
    ]
}

fn of_headers() -> impl Strategy<Value = Mutation> {
    let types = prop::collection::vec(select(TYPES), 0..3);
    prop_oneof![
        4 => credentials().prop_map(Mutation::Authorization),
        4 => cookies().prop_map(Mutation::Cookie),
        2 => types.prop_map(Mutation::ContentTypes),
        3 => (select(HEADERS), junk()).prop_map(|(name, junk)| Mutation::Header(name, junk)),
        1 => any::<u8>().prop_map(Mutation::DropHeader),
        1 => (any::<u8>(), any::<u16>(), 1..=255_u8).prop_map(|(at, place, with)| Mutation::FlipHeader(at, place, with)),
        1 => select(HOSTS).prop_map(Mutation::Host),
    ]
}

fn of_the_whole() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        2 => select(METHODS).prop_map(Mutation::Method),
        2 => select(PATHS).prop_map(Mutation::Path),
        1 => junk().prop_map(Mutation::PathEnd),
        1 => Just(Mutation::AsJson),
        1 => Just(Mutation::AsForm),
        1 => Just(Mutation::AsQuery),
        4 => (any::<u16>(), junk()).prop_map(|(place, junk)| Mutation::Insert(place, junk)),
        1 => Just(Mutation::Oversize),
        4 => select(PAUSES).prop_map(Mutation::Later),
    ]
}

fn junk() -> impl Strategy<Value = Junk> {
    prop_oneof![
        6 => select(TEXTS).prop_map(Junk::Text),
        2 => select(RAW).prop_map(Junk::Raw),
        3 => select(JSON).prop_map(Junk::Json),
        1 => (any::<u8>(), 1..9_000_u16).prop_map(|(byte, length)| Junk::Long(byte, length)),
        1 => (1..9_000_u16).prop_map(Junk::Deep),
        2 => "\\PC{0,20}".prop_map(Junk::Letters),
        1 => prop::collection::vec(any::<u8>(), 0..40).prop_map(Junk::Bytes),
    ]
}

fn credentials() -> impl Strategy<Value = Credentials> {
    prop_oneof![
        2 => Just(Credentials::None),
        1 => Just(Credentials::Twice),
        2 => any::<u8>().prop_map(Credentials::Bearer),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(id, secret)| Credentials::Basic(id, secret)),
        2 => junk().prop_map(Credentials::BasicOf),
        1 => junk().prop_map(Credentials::Raw),
        2 => (any::<u16>(), 1..=255_u8).prop_map(|(place, with)| Credentials::Flip(place, with)),
    ]
}

fn cookies() -> impl Strategy<Value = CookieChange> {
    prop_oneof![
        1 => Just(CookieChange::None),
        3 => any::<u8>().prop_map(CookieChange::Drop),
        1 => any::<u8>().prop_map(CookieChange::Twice),
        1 => Just(CookieChange::SwapValues),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(at, known)| CookieChange::Known(at, known)),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(at, place)| CookieChange::Cut(at, place)),
        1 => (select(COOKIE_NAMES), "[ -~]{0,50}").prop_map(|(name, value)| CookieChange::Add(name, value)),
        1 => any::<u8>().prop_map(CookieChange::Flood),
    ]
}

/// Nothing that was ever right: pieces that mean something to somebody, and noise between them.
pub fn garbage() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => select(PIECES).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..30),
    ];
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}
