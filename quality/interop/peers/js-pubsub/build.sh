#!/bin/sh
# Installs the JavaScript pubsub peer and prints the path of its program. Usage: build.sh [FOLDER], by default quality/interop/build/js-pubsub.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../build-node.sh" "$here" "${1:-$here/../../build/js-pubsub}"
