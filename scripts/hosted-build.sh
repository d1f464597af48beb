#!/usr/bin/env bash
# `npm run build`: the release build on a machine that was made for this one build and may lack Rust, such as Cloudflare's own
# (Workers Builds), where the button "Deploy to Cloudflare" builds. Anywhere else: `make build`.
source "$(dirname "$0")/lib.sh"

# As https://rustup.rs says. The toolchain itself is what rust-toolchain.toml names; setup.sh installs it.
install_rustup() {
  curl --proto '=https' --tlsv1.2 --silent --show-error --fail https://sh.rustup.rs |
    sh -s -- -y --quiet --profile minimal --default-toolchain none --no-modify-path
}

export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
command -v cargo >/dev/null || step "rustup, which is missing here" install_rustup
scripts/setup.sh
step "Build of the Worker (release)" scripts/build.sh --if-stale
