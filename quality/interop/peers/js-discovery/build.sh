#!/bin/sh
# Installs the js-libp2p peer with mDNS and prints the path of its program. Usage: build.sh [FOLDER], by default quality/interop/build/js-discovery.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../build-node.sh" "$here" "${1:-$here/../../build/js-discovery}"
