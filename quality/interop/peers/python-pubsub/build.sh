#!/bin/sh
# Makes the Python pubsub peer ready and prints the path of its program. Usage: build.sh [FOLDER], by default quality/interop/build/python-pubsub.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../build-python.sh" "$here" "${1:-$here/../../build/python-pubsub}"
