#!/bin/bash
# build-python.sh PEER [FOLDER]: makes the program peer.py in the folder PEER ready and prints the path of its launcher. FOLDER is
# quality/interop/build/NAME by default. The program runs with the packages of the Python peer, whose list of versions is
# python/requirements.txt; they are installed in the folder beside.
set -euo pipefail
here=$(cd "$1" && pwd)
out=${2:-$here/../../build/${here##*/}}
mkdir -p "$out"
out=$(cd "$out" && pwd)
base=$("$here/../python/build.sh" "$(dirname "$out")/python")
venv=$(dirname "$(readlink -f "$base")")/venv
cat >"$out/peer.new.$$" <<LAUNCHER
#!/bin/sh
exec "$venv/bin/python" "$here/peer.py" "\$@"
LAUNCHER
chmod 755 "$out/peer.new.$$"
mv -f "$out/peer.new.$$" "$out/peer"
echo "$out/peer"
