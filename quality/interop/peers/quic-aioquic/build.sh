#!/bin/bash
# Installs aioquic with its examples, of which interop.py and http3_server.py are run, and prints the folder.
# Usage: build.sh [FOLDER], by default quality/interop/build/quic-aioquic. Safe to run again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../../build/quic-aioquic}
python=${PYTHON:-python3}
version=1.7.2
sources=4def7cb0a692dc12c995cc397a93f41b78cc30b7bf078769c3a3bb1ba9dcf362
mkdir -p "$out"
out=$(cd "$out" && pwd)
stamp=$( { cat "$here/requirements.txt" "$here/build.sh"; "$python" -V; } | sha256sum | cut -c1-16)
if [ "$(cat "$out/stamp" 2>/dev/null)" != "$stamp" ]; then
    rm -rf "$out/venv" "$out/source"
    "$python" -m venv "$out/venv" >&2
    # The list names every package, so nothing is resolved; what is missing would show in the check.
    "$out/venv/bin/python" -m pip install --quiet --no-deps -r "$here/requirements.txt" >&2
    "$out/venv/bin/python" -m pip --quiet check >&2
    # The examples are in the source distribution alone.
    mkdir "$out/source"
    "$out/venv/bin/python" -m pip download --quiet --no-deps --no-binary aioquic \
        -d "$out/source" "aioquic==$version" >&2
    echo "$sources  $out/source/aioquic-$version.tar.gz" | sha256sum --check --quiet >&2
    tar -xzf "$out/source/aioquic-$version.tar.gz" -C "$out/source" --strip-components 1
    printf '%s\n' "$stamp" >"$out/stamp"
fi
echo "$out"
