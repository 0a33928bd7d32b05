#!/bin/bash
# Installs the JavaScript peer for relays and prints the path of its program.
# Usage: build.sh [FOLDER], by default interop/build/js-nat.
# Safe to run again: packages are only installed when a source or lock file has changed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../../build/js-nat}
mkdir -p "$out"
out=$(cd "$out" && pwd)
key=$(cd "$here" && cat package.json package-lock.json src/*.js build.sh | sha256sum | cut -c1-16)

if [ ! -x "$out/$key/peer" ]; then
    staging=$(mktemp -d "$out/staging.XXXXXX")
    trap 'rm -rf "$staging"' EXIT
    chmod 755 "$staging"
    cp -r "$here/package.json" "$here/package-lock.json" "$here/src" "$staging"
    (cd "$staging" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error) >&2
    cat >"$staging/peer" <<'LAUNCHER'
#!/bin/sh
exec node "$(dirname "$(readlink -f "$0")")/src/peer.js" "$@"
LAUNCHER
    chmod 755 "$staging/peer"
    # When two builds run at once, the first to move its folder into place wins and the other one uses it.
    mv -T "$staging" "$out/$key" 2>/dev/null || [ -x "$out/$key/peer" ]
fi
ln -sfn "$key/peer" "$out/peer"
echo "$out/peer"
