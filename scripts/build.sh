#!/usr/bin/env bash
# Builds the Worker: release into build/, with OSTIARY_BUILD=dev the quick profile into build/dev/.
# --if-stale does nothing when nothing has changed since the last build; wrangler calls it so ([build] in wrangler.toml).
source "$(dirname "$0")/lib.sh"

case "${OSTIARY_BUILD:-release}" in
  release) out=build profile=--release ;;
  dev) out=build/dev profile=--dev ;;
  *) fail "OSTIARY_BUILD is 'release' or 'dev', not '$OSTIARY_BUILD'" ;;
esac
made_of=(src package-lock.json Cargo.toml Cargo.lock askama.toml .cargo/config.toml rust-toolchain.toml)

# The mark is set before a build begins and counts once it has ended, so a file saved meanwhile is newer than it.
mark="$out/.built"
if [ "${1:-}" = --if-stale ] && [ -e "$mark" ] && [ -z "$(find "${made_of[@]}" -newer "$mark" -print -quit)" ]; then
  exit 0
fi

# Optimizes for size, and takes out the names of functions, a fifth of the file: a panic names its place in the source by
# itself. The features are those that rustc and wasm-bindgen use; without the list wasm-opt refuses the file.
smaller() {
  "$WASM_OPT_BIN" -Oz --strip-debug --strip-producers --enable-bulk-memory --enable-exception-handling \
    --enable-multivalue --enable-mutable-globals --enable-nontrapping-float-to-int --enable-reference-types \
    --enable-sign-ext "$1" -o "$1.smaller"
  mv "$1.smaller" "$1"
}

# When the crate does not compile, the compiler's words are enough.
export RUST_LIB_BACKTRACE=0

mkdir -p "$out"
touch "$mark.next"
"$worker_build/bin/worker-build" "$profile" --out-dir "$out"
mv "$out/index.js" "$out/built.js"
cp src/cloudflare/worker.js "$out/index.js"
[ "$profile" = --dev ] || smaller "$out/index_bg.wasm"
mv "$mark.next" "$mark"
printf '    %s: %s KiB of wasm, %s KiB gzipped\n' "$out/index_bg.wasm" \
  $(($(wc -c <"$out/index_bg.wasm") / 1024)) $(($(gzip -c "$out/index_bg.wasm" | wc -c) / 1024))
