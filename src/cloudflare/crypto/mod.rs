//! WebCrypto. Native there, where wasm takes twenty times as long, and CPU time is what a Worker pays for.

pub mod sealer;
pub mod signer;
mod subtle;
