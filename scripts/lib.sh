# Common ground of the scripts, to be sourced: where things lie, and how a step is announced.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# Compiled tools lie here by version, so that a second clone does not build them again.
tools="${XDG_CACHE_HOME:-$HOME/.cache}/ostiary"

# npm's tools first, among them a Node new enough for wrangler, whatever the machine has.
export PATH="$root/node_modules/.bin:$PATH"

# wrangler must neither phone home nor wait for somebody to answer a question.
export WRANGLER_SEND_METRICS=false WRANGLER_SEND_ERROR_REPORTS=false WRANGLER_HIDE_BANNER=true
export DO_NOT_TRACK=1 CLOUDFLARE_CF_FETCH_ENABLED=false

say() { printf '\n==> %s\n' "$*"; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# step TITLE COMMAND…: says what begins, runs it, says how long it took. A failure ends the script.
step() {
  local title=$1 began=$SECONDS
  shift
  say "$title"
  "$@"
  printf '    done in %ss: %s\n' $((SECONDS - began)) "$title"
}

# program NAME WHAT_FOR: looks for a program, and installs it by apt if we may.
program() {
  command -v "$1" >/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1"
  fi
  command -v "$1" >/dev/null || fail "$2 $1: install it (apt-get install $1)"
}

# locked NAME: the version of a crate that Cargo.lock holds.
locked() { awk -v want="\"$1\"" '$1 == "name" { name = $3 } $1 == "version" && name == want { gsub(/"/, "", $3); print $3; exit }' Cargo.lock; }

# Released in step with the crates they belong to, so the lock file decides both versions.
worker_build="$tools/worker-build-$(locked worker)"
wasm_bindgen="$tools/wasm-bindgen-$(locked wasm-bindgen)"

# Without these worker-build downloads its own.
export WASM_BINDGEN_BIN="$wasm_bindgen/bin/wasm-bindgen"
export WASM_OPT_BIN="$root/node_modules/.bin/wasm-opt"
export ESBUILD_BIN="$root/node_modules/.bin/esbuild"
