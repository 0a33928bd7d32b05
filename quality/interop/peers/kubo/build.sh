#!/bin/sh
# Builds Kubo as go.mod pins it, which takes some minutes the first time, and prints the path of its program.
# Usage: build.sh [FOLDER], by default quality/interop/build/kubo.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../../build/kubo}
mkdir -p "$out"
out=$(cd "$out" && pwd)
stamp=$(cd "$here" && cat go.mod go.sum | cksum | tr -d ' ')-$(go env GOVERSION)
if [ ! -x "$out/ipfs" ] || [ "$(cat "$out/ipfs.stamp" 2>/dev/null)" != "$stamp" ]; then
    (cd "$here" && CGO_ENABLED=0 nice go build -trimpath -mod=readonly -ldflags '-s -w' -o "$out/ipfs.new.$$" \
        github.com/ipfs/kubo/cmd/ipfs) >&2
    mv -f "$out/ipfs.new.$$" "$out/ipfs"
    printf '%s\n' "$stamp" >"$out/ipfs.stamp"
fi
echo "$out/ipfs"
