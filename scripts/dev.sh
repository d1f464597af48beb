#!/usr/bin/env bash
# `make dev`: from a fresh clone to a running server with users and clients in it, on this machine alone.
# Every step looks first whether it is needed, so a second start takes seconds. Saving a file in src/ rebuilds.
source "$(dirname "$0")/lib.sh"

port=${PORT:-8787}
url="http://localhost:$port"
export OSTIARY_BUILD=dev

if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
  fail "port $port is in use: end what listens there, or choose another (PORT=8788 make dev)"
fi

scripts/setup.sh
step "Secrets for development, in the ignored .dev.vars" node scripts/dev-vars.mjs
step "Local databases: migrations" scripts/migrate.sh --local
step "Build of the Worker (dev profile)" scripts/build.sh --if-stale

# A process group of its own, so that one signal ends wrangler and all that it started, and nothing else.
server=
stop() {
  trap - EXIT INT TERM HUP
  [ -n "$server" ] || return 0
  kill -TERM -- "-$server" 2>/dev/null || true
  for _ in {1..50}; do
    kill -0 -- "-$server" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL -- "-$server" 2>/dev/null || true
}
trap stop EXIT
trap 'stop; exit 0' INT TERM HUP

say "Server: wrangler dev with local D1, KV, Durable Objects and Queue (Ctrl-C ends it)"
set -m
wrangler dev build/dev/index.js --local --port "$port" --inspector-port 0 \
  --var "OAUTH_ISSUER_URL:$url" --show-interactive-dev-session=false </dev/null &
server=$!
set +m
node scripts/seed.mjs "$url" "$server"

elsewhere= # the examples look for the server at port 8787
[ "$port" = 8787 ] || elsewhere="OSTIARY_URL=$url "

cat <<END

  Ostiary runs at $url
    users alice/alice and bob/bob; clients demo-web (public) and demo-server
    sign in:    $url/login
    administer: $url/admin, with ADMIN_TOKEN of .dev.vars
    metadata:   $url/.well-known/oauth-authorization-server
  Apps to sign in to, each in a terminal of its own: ${elsewhere}make todo, ${elsewhere}make camera
  A token:
    curl -s -u demo-server:demo-server-secret -d grant_type=client_credentials $url/oauth/token

END
wait "$server"
