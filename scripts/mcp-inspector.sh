#!/usr/bin/env bash
# mcp-inspector.sh: prints the path of the MCP inspector's program, of the versions in tests/clients/mcp/inspector, in a folder of
# its own that is filled once for each set of versions. Everything but the path goes to stderr.
source "$(dirname "$0")/lib.sh"

wanted=tests/clients/mcp/inspector
folder="$tools/mcp-inspector-$(cksum <"$wanted/package-lock.json" | cut -d' ' -f1)"

if [ ! -e "$folder/.complete" ]; then
  mkdir -p "$folder"
  cp "$wanted/package.json" "$wanted/package-lock.json" "$folder"
  npm install --prefix "$folder" --no-save --ignore-scripts --loglevel=error >&2
  touch "$folder/.complete"
fi
echo "$folder/node_modules/.bin/mcp-inspector"
