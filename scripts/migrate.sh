#!/usr/bin/env bash
# Applies the migrations of both databases: --local (what `wrangler dev` uses) or --remote (the deployed ones).
# Locally it is skipped when the files have not changed since, because wrangler takes seconds to find that out.
source "$(dirname "$0")/lib.sh"

where=${1:-}
[ "$where" = --local ] || [ "$where" = --remote ] || fail "say --local or --remote"

mark=.wrangler/state/migrations.sum
sum=$(find migrations -name '*.sql' -exec cksum {} + | sort -k3)
if [ "$where" = --local ] && [ "$(cat "$mark" 2>/dev/null)" = "$sum" ]; then
  echo "    up to date"
  exit 0
fi
for database in DB AUDIT_DB; do
  wrangler d1 migrations apply "$database" "$where" </dev/null
done
if [ "$where" = --local ]; then printf '%s\n' "$sum" >"$mark"; fi
