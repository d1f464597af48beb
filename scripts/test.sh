#!/usr/bin/env bash
# `make test`: everything, cheapest first. SOAK=1 (`make soak`) runs every round in full instead of a tenth of them, and
# twenty times as many generated requests and cases, other ones each time.
source "$(dirname "$0")/lib.sh"

if [ -n "${SOAK:-}" ]; then
  export GENERATED_REQUESTS="${GENERATED_REQUESTS:-100000}" GENERATED_SEED="${GENERATED_SEED:-$(date +%s)}"
  export PROPTEST_CASES="${PROPTEST_CASES:-5120}"
  say "generated: $GENERATED_REQUESTS requests, GENERATED_SEED=$GENERATED_SEED"
fi

program python3 "The Python module of tools is read by"
scripts/setup.sh

# The release build holds one core for minutes, most of them with nothing for a second one to do, so it runs beside what
# needs no Worker. In a process group of its own, to be ended with it when something fails meanwhile.
build_log=$(mktemp)
set -m
scripts/build.sh --if-stale >"$build_log" 2>&1 &
building=$!
set +m
trap 'kill -- "-$building" 2>/dev/null || true; rm -f "$build_log"' EXIT
built() { wait "$building" || { cat "$build_log" && return 1; }; }

scripts/lint.sh
step "cargo test: rules, router, state machines" cargo test --quiet
step "the release build of the Worker, begun before" built
tail -n 1 "$build_log"
scripts/deploy.sh --dry-run
step "Worker tests: the built Worker in Miniflare" scripts/node-tests.sh worker
step "Browser tests: people in Chromium" scripts/node-tests.sh browser
step "Client tests: clients of others against the running server" scripts/node-tests.sh clients
printf '\nAll of it passed in %s min %s s.\n' $((SECONDS / 60)) $((SECONDS % 60))
