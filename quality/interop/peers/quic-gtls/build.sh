#!/bin/sh
# Fetches gtlsclient and gtlsserver, ngtcp2's programs on GnuTLS, as Debian packages, unpacks them into a folder and prints it.
# Usage: build.sh [FOLDER], by default quality/interop/build/quic-gtls. Safe to run again. Needs apt-get and dpkg-deb, but not root.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../../build/quic-gtls}
ngtcp2=0.12.1+dfsg-1+deb12u1
packages="ngtcp2-client=$ngtcp2 ngtcp2-server=$ngtcp2 libngtcp2-9=$ngtcp2 libngtcp2-crypto-gnutls2=$ngtcp2"
packages="$packages libnghttp3-3=0.8.0-2 libev4=1:4.33-1"
stamp="$packages 2"
mkdir -p "$out"
out=$(cd "$out" && pwd)
if [ "$(cat "$out/stamp" 2>/dev/null)" != "$stamp" ]; then
    rm -rf "$out/packages" "$out/root"
    mkdir -p "$out/packages" "$out/root"
    # shellcheck disable=SC2086
    (cd "$out/packages" && apt-get -qq download $packages) >&2
    for package in "$out"/packages/*.deb; do
        dpkg-deb -x "$package" "$out/root"
    done
    for program in bin/gtlsclient sbin/gtlsserver; do
        sed "s|PROGRAM|$program|" >"$out/${program#*/}" <<'LAUNCHER'
#!/bin/sh
root=$(dirname "$(readlink -f "$0")")/root/usr
LD_LIBRARY_PATH="$root/lib/$(uname -m)-linux-gnu" exec "$root/PROGRAM" "$@"
LAUNCHER
        chmod 755 "$out/${program#*/}"
    done
    printf '%s\n' "$stamp" >"$out/stamp"
fi
echo "$out"
