#!/usr/bin/env bash
# The long part of `make soak`: SOAK_MINUTES (20) of mixed load on the release build, then everything expires. What was
# seen lies in tests/soak/output/ afterwards.
source "$(dirname "$0")/lib.sh"

scripts/setup.sh
scripts/build.sh --if-stale # never a Worker older than its source
step "Soak: ${SOAK_MINUTES:-20} minutes of mixed load, then everything expires" node tests/soak/main.ts
