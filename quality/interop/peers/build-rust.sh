#!/bin/sh
# build-rust.sh PEER [FOLDER]: builds the Rust program in the folder PEER and prints its path. FOLDER is quality/interop/build/NAME by
# default. Safe to run again: the program is only rebuilt when a source or lock file has changed. A cold build takes some minutes
# on two cores and about 0.5 GB below FOLDER/target (another folder: CARGO_TARGET_DIR), which may be deleted afterwards.
set -eu
here=$(cd "$1" && pwd)
out=${2:-$here/../../build/${here##*/}}
mkdir -p "$out"
out=$(cd "$out" && pwd)
stamp=$(cd "$here" && cat Cargo.toml Cargo.lock src/*.rs src/*/*.rs | cksum | tr -d ' ')-$(rustc --version | tr ' ' '_')
if [ ! -x "$out/peer" ] || [ "$(cat "$out/peer.stamp" 2>/dev/null)" != "$stamp" ]; then
    target=${CARGO_TARGET_DIR:-$out/target}
    (cd "$here" && nice cargo build --release --locked --quiet -j "${PEER_JOBS:-2}" --target-dir "$target") >&2
    cp "$target/release/peer" "$out/peer.new.$$"
    mv -f "$out/peer.new.$$" "$out/peer"
    printf '%s\n' "$stamp" >"$out/peer.stamp"
fi
echo "$out/peer"
