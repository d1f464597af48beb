#!/usr/bin/env bash
# Prints the path of a Chromium for the browser tests: CHROMIUM_BIN, else `chromium` on the path, else it is installed
# by apt if we may. Everything but the path goes to stderr.
set -euo pipefail

if [ -n "${CHROMIUM_BIN:-}" ]; then
  [ -x "$CHROMIUM_BIN" ] || { echo "CHROMIUM_BIN=$CHROMIUM_BIN is not a program" >&2; exit 1; }
  echo "$CHROMIUM_BIN"
  exit 0
fi
if ! command -v chromium >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing chromium with apt" >&2
  apt-get update >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium >&2
fi
command -v chromium || {
  echo "The browser tests need Chromium: install it (apt-get install chromium), or set CHROMIUM_BIN to a Chrome or Chromium" >&2
  exit 1
}
