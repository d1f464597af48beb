#!/usr/bin/env bash
# node-tests.sh FOLDER [PATTERN]: runs tests/FOLDER/*.test.ts, or those tests whose name fits PATTERN, with Node's own
# runner. Folders within FOLDER are asked for by their own name (clients/python). SOAK=1 is for long rounds, so it lifts
# the limit that keeps a hanging test from holding everything up.
source "$(dirname "$0")/lib.sh"

folder=${1:?which folder of tests/} pattern=${2:-}
limit_ms=$((15 * 60 * 1000))
[ -n "${SOAK:-}" ] && limit_ms=$((6 * 60 * 60 * 1000))

case "$folder" in
  clients*)
    program curl "README.md's lines call"
    program openssl "The tests behind a TLS proxy make their certificate with"
    program python3 "The Python module of tools is called by"
    ;;
esac
case "$folder" in
  browser* | clients*)
    CHROMIUM_BIN=$(scripts/chromium.sh)
    export CHROMIUM_BIN
    ;;
esac
scripts/build.sh --if-stale # never against a Worker older than its source

# Two at a time: each has a server of its own, and timing suffers beyond the cores there are.
node --test --test-concurrency=2 --test-timeout="$limit_ms" \
  ${pattern:+--test-name-pattern="$pattern"} "tests/$folder/*.test.ts"
