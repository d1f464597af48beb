#!/usr/bin/env bash
# `make bench`: builds what is compared, then measures. Arguments: the parts to run (load sizes start hops grants …); none:
# all. QUICK=1 takes a minute or two in place of some ten.
source "$(dirname "$0")/lib.sh"

empty_worker() (
  cd tests/bench/empty-worker
  if [ -e build/index_bg.wasm ] && [ -z "$(find src Cargo.* -newer build/index_bg.wasm)" ]; then return; fi
  "$worker_build/bin/worker-build" --release
)

# Debian's package; it plays flows by scripts and leaves nearly all of two cores to the server.
if ! command -v wrk >/dev/null; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "the bench needs wrk: install it (apt-get install wrk)"
  say "installing wrk with apt"
  apt-get update >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends wrk >&2
fi

step "Ostiary, release build" scripts/build.sh --if-stale
step "an empty Rust Worker, by the same tools" empty_worker

# What is stored stays in memory, where there is room for it: else the figures are the disk's.
[ -d /dev/shm ] && export TMPDIR=/dev/shm
node tests/bench/main.ts "$@"
