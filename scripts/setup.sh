#!/usr/bin/env bash
# Brings a fresh machine to where everything can be built: Rust with the wasm target, npm packages, two compiled
# tools. Looks before it does anything, so that a second run takes no time and needs no network.
source "$(dirname "$0")/lib.sh"

command -v cargo >/dev/null || fail "Rust is missing: install rustup (https://rustup.rs), then run this again"

# Some machines switch rustup's automatic installs off, so each piece is asked for by name.
rust_toolchain() {
  rustc --version >/dev/null 2>&1 || rustup toolchain install
  rustup target list --installed | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown
  { cargo clippy --version && cargo fmt --version; } >/dev/null 2>&1 || rustup component add clippy rustfmt
}

# cargo_tool FOLDER BINARY CRATE@VERSION [OPTION…]
cargo_tool() {
  local folder=$1 binary=$2
  shift 2
  [ -x "$folder/bin/$binary" ] && return
  echo "    compiling $1, once for this user (some minutes) into $folder"
  env -u CARGO_TARGET_DIR cargo install --root "$folder" "$@"
}

step "Rust: toolchain and wasm32 target" rust_toolchain
step "npm: wrangler, Miniflare, Node, binaryen, esbuild, test tools" scripts/npm-packages.sh
step "worker-build: turns the crate into a Worker" \
  cargo_tool "$worker_build" worker-build "worker-build@$(locked worker)" --locked
# Its own lock file is out of date (0.2.130), hence no --locked.
step "wasm-bindgen: joins wasm and JavaScript, same version as the crate" \
  cargo_tool "$wasm_bindgen" wasm-bindgen "wasm-bindgen-cli@$(locked wasm-bindgen)"
