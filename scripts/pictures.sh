#!/usr/bin/env bash
# pictures.sh: takes the pictures of docs/admin.md anew, from the pages as they are, into docs/images. Port 8787 must be free.
source "$(dirname "$0")/lib.sh"

CHROMIUM_BIN=$(scripts/chromium.sh)
export CHROMIUM_BIN
scripts/build.sh --if-stale
node tests/browser/pictures.ts
