#!/bin/sh
# Installs the JavaScript peer and prints the path of its program. Usage: build.sh [FOLDER], by default quality/interop/build/js.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../build-node.sh" "$here" "${1:-$here/../../build/js}" node20.cjs
