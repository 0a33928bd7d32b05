#!/bin/sh
# Installs the Helia peer and prints the path of its program. Usage: build.sh [FOLDER], by default quality/interop/build/js-helia.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../build-node.sh" "$here" "${1:-$here/../../build/js-helia}" old-node.cjs
