#!/usr/bin/env bash
# `make test-all`: `make test` with five times the generated requests, then what takes longer or needs further tools:
# clients in other languages, and every page in every form. An hour at most.
source "$(dirname "$0")/lib.sh"

export GENERATED_REQUESTS="${GENERATED_REQUESTS:-25000}"
not_run=

rust_client() {
  local crate=(--manifest-path tests/clients/rust/Cargo.toml --target-dir tests/clients/output/rust)
  cargo clippy --quiet --locked "${crate[@]}" -- -D warnings
  crate=(--manifest-path examples/clients/rust/Cargo.toml --target-dir tests/clients/output/rust)
  cargo clippy --quiet --locked "${crate[@]}" -- -D warnings
  scripts/node-tests.sh clients/rust
}
# Nothing else builds what `make fuzz` runs, and what it takes from the tests changes with them.
fuzzer() {
  cp Cargo.lock tests/fuzz/Cargo.lock
  cargo clippy --quiet --manifest-path tests/fuzz/Cargo.toml --target-dir "${CARGO_TARGET_DIR:-target}/fuzz" -- -D warnings
}
go_client() {
  local folder
  for folder in tests/clients/go examples/clients/go; do
    [ -z "$(gofmt -l "$folder")" ] || fail "gofmt -w $folder has something to do"
    go vet -C "$folder" ./...
  done
  scripts/node-tests.sh clients/go
}

scripts/test.sh
step "README.md from its first line: make dev and what it says to type, the apps beside it" scripts/node-tests.sh clients/make-dev
step "Single-page app: oidc-client-ts in Chromium" scripts/node-tests.sh clients/spa
step "Python clients: Authlib (also as a web app), requests-oauthlib, the SDK of MCP" scripts/node-tests.sh clients/python
step "What is counted, as Prometheus' own library reads it" scripts/node-tests.sh clients/prometheus
step "The admin API against its OpenAPI document: schemathesis" scripts/node-tests.sh clients/openapi
step "MCP: the conformance tests of servers, the inspector's command line, mcp-remote" scripts/node-tests.sh clients/mcp
step "Examples: to-do list and camera, OAuth client and Streamlit page in Python, MCP agents, web apps" scripts/node-tests.sh clients/examples
step "Rust clients: oauth2, openidconnect, web apps" rust_client
if command -v go >/dev/null; then
  step "Go clients: golang.org/x/oauth2, web apps" go_client
else
  not_run="the Go clients (Go is not installed)"
fi
if command -v c++ >/dev/null; then
  step "clippy, the fuzzer" fuzzer
else
  not_run="$not_run${not_run:+, }the fuzzer's lint (there is no C++ compiler)"
fi
step "Every page in every form: pictures in tests/browser/output" scripts/node-tests.sh browser/pages

[ -z "$not_run" ] || printf '\nNOT RUN: %s\n' "$not_run"
printf '\nAll that was run of make test-all passed in %s min %s s.\n' $((SECONDS / 60)) $((SECONDS % 60))
