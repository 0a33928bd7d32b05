#!/bin/sh
# Builds the go-libp2p-kad-dht peer and prints the path of its program. Usage: build.sh [FOLDER], by default quality/interop/build/go-kad.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../build-go.sh" "$here" "${1:-$here/../../build/go-kad}"
