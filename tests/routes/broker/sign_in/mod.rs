//! Signing in by an account at a provider.

mod attacked;
mod linked;
mod unknown;
mod way;
