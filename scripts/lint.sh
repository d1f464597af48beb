#!/usr/bin/env bash
# `make lint`: what a machine can say about the source. Any warning fails.
source "$(dirname "$0")/lib.sh"

lock_file() { cargo metadata --locked --format-version 1 --quiet >/dev/null; }

# The tests of the crate are linted natively; the Worker's own code exists for wasm32 only.
step "Cargo.lock fits Cargo.toml" lock_file
step "rustfmt" cargo fmt --check
step "rustfmt of the Rust client" cargo fmt --check --manifest-path tests/clients/rust/Cargo.toml
step "rustfmt of the web apps" cargo fmt --check --manifest-path examples/clients/rust/Cargo.toml
step "rustfmt, the fuzzer" cargo fmt --check --manifest-path tests/fuzz/Cargo.toml
step "clippy, native, with tests" cargo clippy --all-targets --quiet -- -D warnings
step "clippy, wasm32" cargo clippy --target wasm32-unknown-unknown --quiet -- -D warnings
step "biome: TypeScript, JavaScript, CSS, JSON" biome check --error-on-warnings .
step "tsc: types of the tests" tsc --noEmit
