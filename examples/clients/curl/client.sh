#!/usr/bin/env bash
# client.sh person: a public client that registers itself, has a person sign in, and uses what it got: UserInfo, refresh,
#                   revocation.
# client.sh itself: a confidential client (OSTIARY_CLIENT_ID, OSTIARY_CLIENT_SECRET) that gets a token for itself.
# Needs curl and openssl. The server is OSTIARY_URL.
set -euo pipefail

server=${OSTIARY_URL:-http://localhost:8787}
redirect_uri=http://localhost:3000/callback

# A refusal ends the script, with the server's words.
call() {
  local body
  body=$(curl -sS --fail-with-body "$@") || stop "$body"
  printf '%s' "$body"
}
stop() {
  echo "$*" >&2
  exit 1
}
# The text of a member of the JSON on standard input.
member() { sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/"; }
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
random() { openssl rand 32 | base64url; }
# A parameter of the address, decoded; empty where it has none.
parameter() {
  local value
  value=$(sed -nE "s/.*[?&]$1=([^&#]*).*/\1/p" <<<"$2")
  value=${value//+/ }
  printf '%b' "${value//%/\\x}"
}

metadata=$(call "$server/.well-known/openid-configuration")
at() { member "$1" <<<"$metadata"; }
[ "$(at issuer)" = "$server" ] || stop "$server says that it is $(at issuer)"

itself() {
  local answer
  answer=$(call "$(at token_endpoint)" -u "$OSTIARY_CLIENT_ID:$OSTIARY_CLIENT_SECRET" -d grant_type=client_credentials)
  echo "$answer"
  call "$(at introspection_endpoint)" -u "$OSTIARY_CLIENT_ID:$OSTIARY_CLIENT_SECRET" -d "token=$(member access_token <<<"$answer")"
  echo
}

person() {
  local client state verifier challenge address answer refresh
  client=$(call "$(at registration_endpoint)" -H 'Content-Type: application/json' \
    -d "{\"client_name\": \"curl\", \"redirect_uris\": [\"$redirect_uri\"], \"token_endpoint_auth_method\": \"none\", \"scope\": \"openid profile\"}" |
    member client_id)
  state=$(random) verifier=$(random)
  challenge=$(printf %s "$verifier" | openssl dgst -sha256 -binary | base64url)
  echo "Open this address, sign in, and approve:"
  echo "$(at authorization_endpoint)?response_type=code&client_id=$client&redirect_uri=$redirect_uri&scope=openid+profile&state=$state&code_challenge=$challenge&code_challenge_method=S256"
  echo "Then paste the address that the browser ends at:"
  read -r address

  [ "$(parameter state "$address")" = "$state" ] || stop "this is the answer to another request"
  [ "$(parameter iss "$address")" = "$server" ] || stop "this is the answer of another server"
  [ -z "$(parameter error "$address")" ] || stop "$(parameter error "$address"): $(parameter error_description "$address")"

  answer=$(call "$(at token_endpoint)" -d grant_type=authorization_code -d "client_id=$client" \
    -d "code=$(parameter code "$address")" -d "redirect_uri=$redirect_uri" -d "code_verifier=$verifier")
  echo "$answer"
  call "$(at userinfo_endpoint)" -H "Authorization: Bearer $(member access_token <<<"$answer")"
  echo

  answer=$(call "$(at token_endpoint)" -d grant_type=refresh_token -d "client_id=$client" \
    -d "refresh_token=$(member refresh_token <<<"$answer")")
  echo "$answer"
  refresh=$(member refresh_token <<<"$answer")
  call "$(at revocation_endpoint)" -d "client_id=$client" -d "token=$refresh"
  echo "The grant is revoked: neither of the tokens is good for anything now."
}

case "${1:-}" in
  person | itself) "$1" ;;
  *) stop "client.sh person, or client.sh itself" ;;
esac
