#!/usr/bin/env bash
# demo.sh APP PORT: `make todo` and `make camera`, the apps of examples/, for the server OSTIARY_URL or `make dev`'s. Tells
# the server of the app (examples/APP/registration.json), then serves it until Ctrl-C.
source "$(dirname "$0")/lib.sh"

app=$1
export OSTIARY_URL=${OSTIARY_URL:-http://localhost:8787} PORT=${PORT:-$2}

scripts/npm-packages.sh
node scripts/register.mjs "examples/$app/registration.json" "http://localhost:$2" "http://localhost:$PORT"
say "examples/$app: sign in as alice, whose password is alice (Ctrl-C ends it)"
exec node "examples/$app/server.mjs"
