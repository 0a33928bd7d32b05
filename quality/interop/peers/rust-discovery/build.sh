#!/bin/sh
# Builds the Rust peer with mDNS and rendezvous and prints the path of its program. Usage: build.sh [FOLDER], by default quality/interop/build/rust-discovery.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../build-rust.sh" "$here" "${1:-$here/../../build/rust-discovery}"
