#!/bin/bash
# Installs and bundles the browser peer and prints the path of its program. Usage: build.sh [FOLDER], by default
# quality/interop/build/page. Safe to run again: it is only built when a source or lock file has changed.
# It runs with the Chromium named by the variable CHROMIUM, by default /usr/bin/chromium (Debian: package chromium).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
js=$here/../js
out=${1:-$here/../../build/page}
mkdir -p "$out"
out=$(cd "$out" && pwd)
key=$(cat "$here"/package.json "$here"/package-lock.json $(find "$here/src" "$js/src" -type f | sort) "$here/build.sh" | sha256sum | cut -c1-16)

if [ ! -x "$out/$key/peer" ]; then
    staging=$(mktemp -d "$out/staging.XXXXXX")
    trap 'rm -rf "$staging"' EXIT
    chmod 755 "$staging"
    mkdir "$staging/js" "$staging/page"
    cp "$here/package.json" "$here/package-lock.json" "$staging"
    cp -r "$js/src" "$staging/js"
    cp -r "$here/src" "$staging/page"
    (cd "$staging" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2
    (cd "$staging" && node_modules/.bin/esbuild page/src/page.js page/src/node.js page/src/raw.js --bundle --format=iife --target=es2022 \
        --loader:.wasm=binary --external:fs --external:path --external:crypto --log-level=warning --outdir=page/dist) >&2
    cat >"$staging/peer" <<'LAUNCHER'
#!/bin/sh
exec node "$(dirname "$(readlink -f "$0")")/page/src/peer.js" "$@"
LAUNCHER
    chmod 755 "$staging/peer"
    # When two builds run at once, the first to move its folder into place wins and the other one uses it.
    mv -T "$staging" "$out/$key" 2>/dev/null || [ -x "$out/$key/peer" ]
fi
ln -sfn "$key/peer" "$out/peer"
echo "$out/peer"
