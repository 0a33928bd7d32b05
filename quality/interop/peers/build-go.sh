#!/bin/sh
# build-go.sh PEER [FOLDER]: builds the Go program in the folder PEER and prints its path. FOLDER is quality/interop/build/NAME by
# default. PEER_CGO=1 is for a program with parts in C. Safe to run again: the program is only rebuilt when a source or lock file has changed.
set -eu
here=$(cd "$1" && pwd)
out=${2:-$here/../../build/${here##*/}}
mkdir -p "$out"
out=$(cd "$out" && pwd)
stamp=$(cd "$here" && cat go.mod go.sum ./*.go ./*/*.go 2>/dev/null | cksum | tr -d ' ')-$(cd "$here" && go env GOVERSION)
if [ ! -x "$out/peer" ] || [ "$(cat "$out/peer.stamp" 2>/dev/null)" != "$stamp" ]; then
    (cd "$here" && CGO_ENABLED=${PEER_CGO:-0} go build -trimpath -buildvcs=false -mod=readonly -p "${PEER_JOBS:-2}" \
        -ldflags '-s -w' -o "$out/peer.new.$$" .) >&2
    mv -f "$out/peer.new.$$" "$out/peer"
    printf '%s\n' "$stamp" >"$out/peer.stamp"
fi
echo "$out/peer"
