//! How much is generated, by one rule for every test that generates what it tries: the environment variable
//! `GENERATED_REQUESTS` says how many requests all tests of `tests/generated` send together, and every other number
//! grows as that one does. `GENERATED_SEED` chooses what is generated; the same seed generates the same again.

use proptest::test_runner::{Config, RngSeed};

/// Requests of an ordinary run.
const USUAL: u32 = 5_000;

/// As many cases as `usual` in an ordinary run, and more where more is generated.
pub fn cases(usual: u32) -> u32 {
    let requests = number("GENERATED_REQUESTS").map_or(USUAL, |number| u32::try_from(number).unwrap_or(u32::MAX));
    let cases = u64::from(usual) * u64::from(requests) / u64::from(USUAL);
    u32::try_from(cases).unwrap_or(u32::MAX).max(1)
}

/// What the cases are made from.
pub fn seed() -> u64 {
    number("GENERATED_SEED").unwrap_or(1)
}

/// A proptest of this many cases in an ordinary run. Nothing is written into the source tree: what was found once is
/// an ordinary test from then on.
pub fn config(usual: u32) -> Config {
    Config { cases: cases(usual), rng_seed: RngSeed::Fixed(seed()), failure_persistence: None, ..Config::default() }
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a whole number, not {text:?}")))
}
