#!/bin/sh
# Builds the Go side of Filecoin's storage market and prints the path of its program. Usage: build.sh [FOLDER], by default
# quality/interop/build/go-filecoin.
# The types of boost bring in lotus, which compresses in C.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
PEER_CGO=1 exec "$here/../build-go.sh" "$here" "${1:-$here/../../build/go-filecoin}"
