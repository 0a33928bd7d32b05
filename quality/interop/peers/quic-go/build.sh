#!/bin/sh
# Builds the client and the server that quic-go has for the interop runner, and prints the folder that they are in.
# Usage: build.sh [FOLDER], by default quality/interop/build/quic-go. Safe to run again.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../../build/quic-go}
mkdir -p "$out"
out=$(cd "$out" && pwd)
stamp=$(cd "$here" && cat go.mod go.sum | cksum | tr -d ' ')-$(cd "$here" && go env GOVERSION)
if [ ! -x "$out/server" ] || [ "$(cat "$out/stamp" 2>/dev/null)" != "$stamp" ]; then
    for program in client server; do
        (cd "$here" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -mod=readonly -p "${PEER_JOBS:-2}" \
            -ldflags '-s -w' -o "$out/$program.new.$$" "github.com/quic-go/quic-go/interop/$program") >&2
        mv -f "$out/$program.new.$$" "$out/$program"
    done
    printf '%s\n' "$stamp" >"$out/stamp"
fi
echo "$out"
