#!/bin/sh
# Installs what drives the browsers and prints the path of its program. Usage: build.sh [FOLDER], by default quality/interop/build/browsers.
# The browsers are those of the variables CHROMIUM and FIREFOX, by default /usr/bin/chromium and /usr/bin/firefox-esr (Debian: packages
# chromium and firefox-esr).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../build-node.sh" "$here" "${1:-$here/../../build/browsers}"
