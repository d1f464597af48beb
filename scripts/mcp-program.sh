#!/usr/bin/env bash
# mcp-program.sh NAME PROGRAM: prints the path of a program of npm, of the versions in tests/clients/mcp/NAME, in a folder of
# its own that is filled once for each set of versions. Everything but the path goes to stderr.
source "$(dirname "$0")/lib.sh"

name=${1:?which folder of tests/clients/mcp} program=${2:?which program}
wanted=tests/clients/mcp/$name
folder="$tools/mcp-$name-$(cksum <"$wanted/package-lock.json" | cut -d' ' -f1)"

if [ ! -e "$folder/.complete" ]; then
  mkdir -p "$folder"
  cp "$wanted/package.json" "$wanted/package-lock.json" "$folder"
  npm install --prefix "$folder" --no-save --ignore-scripts --loglevel=error >&2
  touch "$folder/.complete"
fi
echo "$folder/node_modules/.bin/$program"
