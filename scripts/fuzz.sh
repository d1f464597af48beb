#!/usr/bin/env bash
# `make fuzz`: every parser of untrusted input under libFuzzer, FUZZ_SECONDS each (by itself 40, in all some 8 minutes on
# two cores). FUZZ_TARGETS="form jwt" runs only those. What was learned is kept beside the build and used again.
source "$(dirname "$0")/lib.sh"

seconds="${FUZZ_SECONDS:-40}"
command -v c++ >/dev/null || fail "libFuzzer needs a C++ compiler: install one (Debian: g++), then run this again"

# What cargo-fuzz does, on the stable compiler: coverage by LLVM's own pass. Without a sanitizer, since there is no unsafe
# code. libFuzzer itself is compiled by libfuzzer-sys.
triple=$(rustc -vV | awk '/^host:/ { print $2 }')
build="${CARGO_TARGET_DIR:-$root/target}/fuzz"
instrumented=(-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares)
fuzzer="$build/$triple/release/ostiary-fuzz"
compile() {
  # What is fuzzed has the versions that are shipped; what only the fuzzer needs is added to them.
  cp Cargo.lock tests/fuzz/Cargo.lock
  RUSTFLAGS="${instrumented[*]}" CARGO_TARGET_DIR="$build" \
    cargo build --quiet --release --target "$triple" --manifest-path tests/fuzz/Cargo.toml
}
step "the parsers, instrumented" compile

read -ra targets <<<"${FUZZ_TARGETS:-$("$fuzzer" 2>&1 | sed -n 's/^FUZZ_TARGET is one of: //p')}"
[ ${#targets[@]} -gt 0 ] || fail "the fuzzer names no targets"

# one TARGET: exits with 1 when a rule was broken.
one() {
  local target=$1 corpus="$build/corpus/$1" found="$build/found/$1" log="$build/$1.log"
  mkdir -p "$corpus" "$found"
  if FUZZ_TARGET=$target FUZZ_SEEDS=$corpus RUST_BACKTRACE=0 "$fuzzer" -max_total_time="$seconds" -max_len=4096 \
    -timeout=10 -rss_limit_mb=2048 -use_value_profile=1 -print_final_stats=1 -artifact_prefix="$found/" \
    "$corpus" >"$log" 2>&1; then
    awk -v target="$target" '/number_of_executed_units/ { runs = $2 } /DONE/ { for (i = 1; i < NF; i++) if ($i == "cov:") coverage = $(i + 1) }
      END { printf "    %-16s %12d runs, %6d places reached\n", target, runs, coverage }' "$log"
  else
    printf '    %-16s BROKEN; the end of %s:\n' "$target" "$log"
    grep -v '^ *#' "$log" | tail -n 25 | cut -c1-400
    printf '    again: FUZZ_TARGET=%s %s %s\n' "$target" "$fuzzer" "$(find "$found" -type f | sort | tail -n 1)"
    return 1
  fi
}

say "$seconds s for each of ${#targets[@]} parsers, $(nproc) at a time"
broken=0 running=()
finish_oldest() {
  wait "${running[0]}" || broken=$((broken + 1))
  running=("${running[@]:1}")
}
for target in "${targets[@]}"; do
  one "$target" &
  running+=($!)
  [ ${#running[@]} -lt "$(nproc)" ] || finish_oldest
done
while [ ${#running[@]} -gt 0 ]; do finish_oldest; done
[ $broken -eq 0 ] || fail "$broken of ${#targets[@]} parsers broke a rule"
printf '\nNo rule was broken in %s min %s s.\n' $((SECONDS / 60)) $((SECONDS % 60))
