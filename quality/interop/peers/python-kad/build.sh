#!/bin/sh
# Builds the py-libp2p peer with a DHT and prints the path of its program. Usage: build.sh [FOLDER], by default
# quality/interop/build/python-kad. The libraries are those of the peer in ../python, which is built beside it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../../build/python-kad}
mkdir -p "$out"
out=$(cd "$out" && pwd)
base=$("$here/../python/build.sh" "$out/../python")
base=$(dirname "$(readlink -f "$base")")
rm -rf "$out/src"
mkdir -p "$out/src"
cp -r "$here/dhtpeer" "$out/src"
cat >"$out/peer.new.$$" <<LAUNCHER
#!/bin/sh
module=dhtpeer
[ "\$1" = contract ] && { module=dhtpeer.contract; shift; }
PYTHONPATH="$out/src:$base/src" exec "$base/venv/bin/python" -m \$module "\$@"
LAUNCHER
chmod 755 "$out/peer.new.$$"
mv -f "$out/peer.new.$$" "$out/peer"
echo "$out/peer"
