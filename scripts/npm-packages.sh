#!/usr/bin/env bash
# Installs the npm packages of package-lock.json, if they are not there yet: the tools, and what tests and examples use.
source "$(dirname "$0")/lib.sh"

command -v npm >/dev/null || fail "npm is missing: install Node.js with npm (any version from 18 on), then run this again"

# Not `npm ci`: it refuses a lock file without the packages for systems other than this one, and a mirror may lack those.
# What the lock file names is installed either way, and --no-save leaves it alone. Its copy in node_modules says: all is
# there.
mark=node_modules/.ostiary-package-lock.json
cmp -s package-lock.json "$mark" && exit
npm install --no-save --loglevel=error
node -e 'process.exit(process.versions.node.split(".")[0] < 22 ? 1 : 0)' || fail "Node $(node --version) is too old for wrangler:
  npm was to install a newer one, but its install scripts are switched off (ignore-scripts); allow them or use Node 22"
cp package-lock.json "$mark"
