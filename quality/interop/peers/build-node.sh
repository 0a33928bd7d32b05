#!/bin/bash
# build-node.sh PEER [FOLDER [PRELOAD]]: installs the packages of the Node program in the folder PEER and prints the path of its
# launcher. FOLDER is quality/interop/build/NAME by default; PRELOAD is a file of src that Node loads before the program.
# Safe to run again: packages are only installed when a source or lock file has changed.
set -euo pipefail
here=$(cd "$1" && pwd)
out=${2:-$here/../../build/${here##*/}}
load=${3:+"-r \"\$here/src/$3\" "}
mkdir -p "$out"
key=$(cat "$here"/package.json "$here"/package-lock.json $(find "$here/src" -type f | sort) "$0" | sha256sum | cut -c1-16)
out=$(cd "$out" && pwd)

if [ ! -x "$out/$key/peer" ]; then
    staging=$(mktemp -d "$out/staging.XXXXXX")
    trap 'rm -rf "$staging"' EXIT
    chmod 755 "$staging"
    cp -r "$here/package.json" "$here/package-lock.json" "$here/src" "$staging"
    (cd "$staging" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error) >&2
    cat >"$staging/peer" <<LAUNCHER
#!/bin/sh
here=\$(dirname "\$(readlink -f "\$0")")
exec node $load"\$here/src/peer.js" "\$@"
LAUNCHER
    chmod 755 "$staging/peer"
    # When two builds run at once, the first to move its folder into place wins and the other one uses it.
    mv -T "$staging" "$out/$key" 2>/dev/null || [ -x "$out/$key/peer" ]
fi
ln -sfn "$key/peer" "$out/peer"
echo "$out/peer"
