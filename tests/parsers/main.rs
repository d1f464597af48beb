//! Every parser of untrusted input with generated input; `make fuzz` runs the same rules for minutes.
#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../support/generated.rs"]
mod generated;
#[path = "../support/keys.rs"]
mod keys;
mod regressions;
mod targets;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{TestCaseError, TestRunner};

use targets::{TARGETS, Target};

/// Inputs for each parser in an ordinary run.
const INPUTS: u32 = 2_000;

/// Pieces that mean something to some parser.
const PIECES: &[&[u8]] = &[
    b"\n",
    b"\0",
    b"%",
    b"%00",
    b"%2e",
    b"&",
    b"=",
    b";",
    b".",
    b"..",
    b"/",
    b"//",
    b"\\",
    b"@",
    b":",
    b":0",
    b"#",
    b"?",
    b"[",
    b"]",
    b"{",
    b"}",
    b",",
    b"\"",
    b"*",
    b" ",
    b"\t",
    b"+",
    b"-1",
    b"0",
    b"99999999999999999999",
    b"1e400",
    b"null",
    b"\xff",
    b"\xc3\xa9",
    b"\xe2\x80\xae",
    b"\xef\xbc\x91",
    b"https://",
    b"http://localhost",
    b"javascript:",
    b"admin",
];

/// Something done to an input that is right.
fn spoiled(seeds: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => select(PIECES).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..8),
        1 => select(seeds).prop_map(<[u8]>::to_vec),
    ];
    let change = (any::<prop::sample::Index>(), 0..4_usize, piece);
    (select(seeds), prop::collection::vec(change, 0..4)).prop_map(|(seed, changes)| {
        let mut input = seed.to_vec();
        for (place, cut, piece) in changes {
            let at = place.index(input.len() + 1);
            let end = (at + cut).min(input.len());
            input.splice(at..end, piece);
        }
        input
    })
}

/// Shown as text.
struct Input(Vec<u8>);

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

fn holds(target: &Target) {
    let input = prop_oneof![8 => spoiled(target.seeds), 1 => prop::collection::vec(any::<u8>(), 0..200)];
    let input = input.prop_map(Input);
    let outcome = TestRunner::new(generated::config(INPUTS)).run(&input, |Input(input)| {
        (target.check)(&input);
        Ok::<(), TestCaseError>(())
    });
    if let Err(error) = outcome {
        panic!("{}: {error}\nto see it again: GENERATED_SEED={}", target.name, generated::seed());
    }
}

#[test]
fn every_parser_keeps_its_rules_whatever_it_is_given() {
    for target in TARGETS {
        for seed in target.seeds {
            (target.check)(seed);
        }
        holds(target);
    }
}
