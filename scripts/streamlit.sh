#!/usr/bin/env bash
# `make streamlit`: the page of examples/streamlit, at http://localhost:8501, for the server OSTIARY_URL or `make dev`'s.
# Streamlit itself is installed by the first start, into the user's cache.
source "$(dirname "$0")/lib.sh"

python=$(scripts/python-clients.sh examples/streamlit/requirements.txt)
say "The page: http://localhost:${PORT:-8501} (Ctrl-C ends it)"
exec "$python" -m streamlit run examples/streamlit/app.py \
  --server.port "${PORT:-8501}" --server.address localhost --server.headless true --browser.gatherUsageStats false
