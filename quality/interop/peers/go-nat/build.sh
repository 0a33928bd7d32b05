#!/bin/sh
# Builds the Go peer for relays, reachability and hole punching and prints the path of its program. Usage: build.sh [FOLDER], by default quality/interop/build/go-nat.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../build-go.sh" "$here" "${1:-$here/../../build/go-nat}"
