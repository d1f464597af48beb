#!/usr/bin/env bash
# `make deploy`: builds, migrates the deployed databases, deploys. With --dry-run everything but the last two.
source "$(dirname "$0")/lib.sh"

dry_run=
[ "${1:-}" = --dry-run ] && dry_run=yes
if [ -z "$dry_run" ]; then
  ! grep -q 'id = "0000000' wrangler.toml ||
    fail "wrangler.toml still holds the ids for local use: README.md, \"Deploy\", says which to put there"
  # No more than a word: where it is built by others, the value may come from elsewhere. A wrong one the server names itself.
  grep -Eq '^OAUTH_ISSUER_URL = "https://[^/"]+"' wrangler.toml ||
    say "LOOK: OAUTH_ISSUER_URL in wrangler.toml should be the address people will use: https://, a host, and no slash at its end"
fi

step "Build of the Worker (release)" scripts/build.sh --if-stale
if [ -n "$dry_run" ]; then
  step "wrangler deploy --dry-run" wrangler deploy --dry-run --outdir .wrangler/dry-run
  exit 0
fi
step "Migrations of the deployed databases" scripts/migrate.sh --remote
step "wrangler deploy" wrangler deploy
