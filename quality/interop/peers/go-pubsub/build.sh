#!/bin/sh
# Builds the Go pubsub peer and prints the path of its program. Usage: build.sh [FOLDER], by default quality/interop/build/go-pubsub.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../build-go.sh" "$here" "${1:-$here/../../build/go-pubsub}"
