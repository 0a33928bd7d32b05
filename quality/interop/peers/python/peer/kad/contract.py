"""One role of the official DHT contract (unified-testing, kad-dht): bootstrap, provider or querier, with its orders in the
environment and Redis as the meeting place. See quality/interop/peers/README.md, "The official contracts"."""

import os
import socket
import sys

from libp2p import new_host
from libp2p.kad_dht.kad_dht import DHTMode, KadDHT
from libp2p.kad_dht.peer_routing import PeerRouting
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.records.validator import BlankValidator
from libp2p.tools.anyio_service import background_trio_service
from multiaddr import Multiaddr
import trio

ask_for_closer = PeerRouting._query_single_peer_for_closest


async def ask_others_for_closer(self, peer, target, found):
    """py-libp2p would dial itself when a peer names it, and wait for ever; the official program leaves itself out too."""
    if peer != self.host.get_id():
        await ask_for_closer(self, peer, target, found)


PeerRouting._query_single_peer_for_closest = ask_others_for_closer


def redis(*words):
    """One command of Redis; returns a text, or None."""
    host, port = os.environ["REDIS_ADDR"].rsplit(":", 1)
    with socket.create_connection((host, int(port)), 10) as connection, connection.makefile("rwb") as stream:
        stream.write(b"*%d\r\n" % len(words))
        for word in words:
            stream.write(b"$%d\r\n%s\r\n" % (len(word.encode()), word.encode()))
        stream.flush()
        line = stream.readline().rstrip()
        if line[:1] == b"$":
            length = int(line[1:])
            return None if length < 0 else stream.read(length + 2)[:-2].decode()
        if line[:1] != b"+":
            raise OSError(f"redis: {line}")
        return line[1:].decode()


async def wait_for(key):
    with trio.fail_after(60):
        while not (value := await trio.to_thread.run_sync(redis, "GET", key)):
            await trio.sleep(0.2)
    return value


async def join(host, address):
    info = info_from_p2p_addr(Multiaddr(address))
    with trio.fail_after(30):
        await host.connect(info)
    return info


async def query(dht, key):
    if not await dht.find_providers(f"interop-test-key-{key}"):
        raise ValueError(f"no peer provides interop-test-key-{key}")
    value = await dht.get_value(f"/example/data/{key}")
    if not value or b"hello from" not in value:
        raise ValueError(f"the value is {value}")


async def main():
    role, key = os.environ["ROLE"], os.environ["TEST_KEY"]
    host = new_host(disable_identify_address_discovery=True)
    listen = f"/ip4/{os.environ.get('LISTENER_IP', '127.0.0.1')}/tcp/0"
    async with host.run(listen_addrs=[Multiaddr(listen)]):
        mode = DHTMode.CLIENT if role == "querier" else DHTMode.SERVER
        if role == "provider":
            bootstrap = await join(host, await wait_for(f"{key}_bootstrap_addr"))
        elif role == "querier":
            address = await wait_for(f"{key}_bootstrap_addr")
            await wait_for(f"{key}_provider_done")
            bootstrap = await join(host, address)
        dht = KadDHT(host, mode)
        dht.register_validator("example", BlankValidator())
        async with background_trio_service(dht):
            if role == "bootstrap":
                own = str(host.get_addrs()[0])
                address = own if "/p2p/" in own else f"{own}/p2p/{host.get_id()}"
                await trio.to_thread.run_sync(redis, "SET", f"{key}_bootstrap_addr", address)
                await trio.sleep_forever()
            await trio.sleep(1)  # identify tells when it has asked, and nothing else does
            await dht.routing_table.add_peer(bootstrap)
            if role == "provider":
                await dht.provide(f"interop-test-key-{key}")
                await dht.put_value(f"/example/data/{key}", b"hello from py client")
                await trio.to_thread.run_sync(redis, "SET", f"{key}_provider_done", "done")
                await trio.sleep_forever()
            try:
                await query(dht, key)
                print("status: pass", flush=True)
            except Exception as e:
                print(f"error: {type(e).__name__}: {e}\nstatus: fail", flush=True)
                sys.exit(1)
            os._exit(0)  # the host has nothing to say goodbye to


trio.run(main)
