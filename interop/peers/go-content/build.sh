#!/bin/sh
# Builds the go peer of the content layer and prints the path of its program. Usage: build.sh [FOLDER], by default interop/build/go-content.
# Safe to run again: the program is only rebuilt when a source or lock file has changed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../../build/go-content}
mkdir -p "$out"
out=$(cd "$out" && pwd)
stamp=$(cd "$here" && cat go.mod go.sum ./*.go | cksum | tr -d ' ')-$(cd "$here" && go env GOVERSION)
if [ ! -x "$out/peer" ] || [ "$(cat "$out/peer.stamp" 2>/dev/null)" != "$stamp" ]; then
    (cd "$here" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -mod=readonly -p "${PEER_JOBS:-2}" \
        -ldflags '-s -w' -o "$out/peer.new.$$" .) >&2
    mv -f "$out/peer.new.$$" "$out/peer"
    printf '%s\n' "$stamp" >"$out/peer.stamp"
fi
echo "$out/peer"
