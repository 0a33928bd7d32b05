#!/bin/sh
# Builds the Rust peer and prints the path of its program. Usage: build.sh [FOLDER], by default quality/interop/build/rust.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../build-rust.sh" "$here" "${1:-$here/../../build/rust}"
