#!/usr/bin/env bash
# python-clients.sh [FILE]: prints the path of a Python that has the packages of FILE (by default those of
# tests/clients/python/requirements.txt), in an environment of its own that is made once for each set of versions.
# Everything but the path goes to stderr.
source "$(dirname "$0")/lib.sh"

wanted=${1:-tests/clients/python/requirements.txt}
command -v python3 >/dev/null || fail "The Python clients need Python: install python3 (3.11 or newer) with its venv module"
environment="$tools/python-$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')-$(cksum <"$wanted" | cut -d' ' -f1)"

# Debian has venv in a package of its own, and without it `python3 -m venv` fails halfway.
venv_package() {
  python3 -c 'import venv, ensurepip' 2>/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing python3-venv with apt"
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv
  fi
  python3 -c 'import venv, ensurepip' || fail "The Python clients need Python's venv: install it (apt-get install python3-venv)"
}

if [ ! -e "$environment/.complete" ]; then
  {
    venv_package
    python3 -m venv --clear "$environment"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$wanted"
    "$environment/bin/python" -m pip check
    touch "$environment/.complete"
  } >&2
fi
echo "$environment/bin/python"
