#!/usr/bin/env bash
# `make fmt`: formats everything that `make lint` looks at.
source "$(dirname "$0")/lib.sh"

cargo fmt
cargo fmt --manifest-path tests/clients/rust/Cargo.toml
cargo fmt --manifest-path examples/clients/rust/Cargo.toml
cargo fmt --manifest-path tests/fuzz/Cargo.toml
biome check --write .
