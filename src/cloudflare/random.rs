//! Randomness: WebCrypto's, by way of `getrandom`.

use crate::ports::Random;

/// The runtime's randomness.
pub struct WorkerRandom;

impl Random for WorkerRandom {
    #[expect(
        clippy::expect_used,
        reason = "`crypto.getRandomValues` refuses only outside of a handler, where nothing of ours asks; and keys made \
                  without randomness would be worse than a dead isolate"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("a handler may ask for randomness");
    }
}
