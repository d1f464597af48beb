//! Randomness that is the same in every run.

use std::sync::Mutex;

use ostiary::ports::Random;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

pub struct TestRandom(Mutex<ChaCha20Rng>);

impl TestRandom {
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Default for TestRandom {
    fn default() -> Self {
        Self::seeded(42)
    }
}

impl Random for TestRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().expect("no test panics here").fill_bytes(bytes);
    }
}
