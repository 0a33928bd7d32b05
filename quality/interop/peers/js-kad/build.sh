#!/bin/sh
# Installs the js-libp2p peer with a DHT and prints the path of its program. Usage: build.sh [FOLDER], by default quality/interop/build/js-kad.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../build-node.sh" "$here" "${1:-$here/../../build/js-kad}"
