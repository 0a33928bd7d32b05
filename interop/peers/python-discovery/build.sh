#!/bin/bash
# Makes the Python peer with mDNS and rendezvous ready and prints the path of its program. Usage: build.sh [FOLDER], by default
# interop/build/python-discovery. It runs with the packages of the Python peer, whose list of versions is ../python/requirements.txt;
# they are installed in the folder beside.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../../build/python-discovery}
mkdir -p "$out"
out=$(cd "$out" && pwd)
base=$("$here/../python/build.sh" "$(dirname "$out")/python")
venv=$(dirname "$(readlink -f "$base")")/venv
cat >"$out/peer" <<LAUNCHER
#!/bin/sh
exec "$venv/bin/python" "$here/peer.py" "\$@"
LAUNCHER
chmod 755 "$out/peer"
echo "$out/peer"
