//! Randomness: WebCrypto's, by way of `getrandom`.

use std::cell::RefCell;

use crate::ports::Random;

/// The runtime's randomness. A request wants some bytes several times, and each way into JavaScript costs more than the
/// bytes, so they are fetched some hundred at a time. None is handed out twice, or kept once it is handed out.
pub struct WorkerRandom;

struct Stock {
    bytes: [u8; 512],
    left: usize,
}

thread_local! {
    static STOCK: RefCell<Stock> = const { RefCell::new(Stock { bytes: [0; 512], left: 0 }) };
}

impl Random for WorkerRandom {
    fn fill(&self, bytes: &mut [u8]) {
        STOCK.with_borrow_mut(|stock| stock.fill(bytes));
    }
}

impl Stock {
    fn fill(&mut self, wanted: &mut [u8]) {
        if self.left < wanted.len() {
            fetch(&mut self.bytes);
            self.left = self.bytes.len();
        }
        let taken =
            self.left.checked_sub(wanted.len()).and_then(|rest| Some((rest, self.bytes.get_mut(rest..self.left)?)));
        let Some((rest, taken)) = taken else { return fetch(wanted) }; // more than the stock holds
        wanted.copy_from_slice(taken);
        taken.fill(0);
        self.left = rest;
    }
}

#[expect(
    clippy::expect_used,
    reason = "`crypto.getRandomValues` refuses only outside of a handler, where nothing of ours asks; and keys made \
              without randomness would be worse than a dead isolate"
)]
fn fetch(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("a handler may ask for randomness");
}
