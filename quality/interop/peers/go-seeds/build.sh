#!/bin/sh
# Builds the Go programs of the seeds and prints the path of their program. Usage: build.sh [FOLDER], by default quality/interop/build/go-seeds.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../build-go.sh" "$here" "${1:-$here/../../build/go-seeds}"
