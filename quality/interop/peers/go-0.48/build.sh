#!/bin/sh
# Builds the peer of ../go/host around go-libp2p 0.48.0, whose WebTransport speaks an earlier draft, and prints the path of its program.
# Usage: build.sh [FOLDER], by default quality/interop/build/go-0.48. Safe to run again: it is only rebuilt when a source or lock file
# has changed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
go=$here/../go
out=${1:-$here/../../build/go-0.48}
mkdir -p "$out"
out=$(cd "$out" && pwd)
stamp=$(cat "$here"/* "$go"/host/*.go "$go"/lines/*.go | cksum | tr -d ' ')-$(go env GOVERSION)
if [ ! -x "$out/peer" ] || [ "$(cat "$out/peer.stamp" 2>/dev/null)" != "$stamp" ]; then
    staging=$(mktemp -d "$out/staging.XXXXXX")
    trap 'rm -rf "$staging"' EXIT
    cp -r "$here"/go.mod "$here"/go.sum "$here"/main.go "$go/host" "$go/lines" "$staging"
    (cd "$staging" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -mod=readonly -p "${PEER_JOBS:-2}" \
        -ldflags '-s -w -X peer/host.userAgent=go-libp2p/0.48.0' -o "$out/peer.new.$$" .) >&2
    mv -f "$out/peer.new.$$" "$out/peer"
    printf '%s\n' "$stamp" >"$out/peer.stamp"
fi
echo "$out/peer"
