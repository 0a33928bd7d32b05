#!/bin/bash
# Installs the Python peer and prints the path of its program.
# Usage: build.sh [FOLDER], by default quality/interop/build/python.
# Safe to run again: packages are only installed when a source or the list of versions has changed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../../build/python}
mkdir -p "$out"
out=$(cd "$out" && pwd)
python=${PYTHON:-python3}
key=$(cd "$here" && { cat requirements.txt $(find peer -name '*.py' | sort) build.sh; "$python" -V; } | sha256sum | cut -c1-16)

if [ ! -x "$out/$key/peer" ]; then
    staging=$(mktemp -d "$out/staging.XXXXXX")
    trap 'rm -rf "$staging"' EXIT
    chmod 755 "$staging"
    "$python" -m venv "$staging/venv" >&2
    # The list names every package, so nothing is resolved; what is missing would show in the check.
    "$staging/venv/bin/python" -m pip install --quiet --no-deps -r "$here/requirements.txt" >&2
    "$staging/venv/bin/python" -m pip --quiet check >&2
    mkdir "$staging/src"
    cp -r "$here/peer" "$staging/src"
    cat >"$staging/peer" <<'LAUNCHER'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
PYTHONPATH="$here/src" exec "$here/venv/bin/python" -m peer "$@"
LAUNCHER
    chmod 755 "$staging/peer"
    # When two builds run at once, the first to move its folder into place wins and the other one uses it.
    mv -T "$staging" "$out/$key" 2>/dev/null || [ -x "$out/$key/peer" ]
fi
ln -sfn "$key/peer" "$out/peer"
echo "$out/peer"
