"""Prints one JSON object per line on standard output and obeys one command per line of standard input
(quality/interop/peers/README.md, "DHT peers"). py-libp2p knows no prefix but /ipfs."""

import argparse
import json
import sys

from libp2p import new_host
from libp2p.kad_dht.kad_dht import DHTMode, KadDHT
from libp2p.peer.id import ID
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.records.validator import BlankValidator, NamespacedValidator
from libp2p.tools.anyio_service import background_trio_service
from multiaddr import Multiaddr
import trio


def event(name, **members):
    print(json.dumps({"event": name, **members}), flush=True)


def addresses(info):
    return [f"{address}/p2p/{info.peer_id}" if "/p2p/" not in str(address) else str(address) for address in info.addrs]


async def connect(host, dht, address):
    info = info_from_p2p_addr(Multiaddr(address))
    await host.connect(info)
    await trio.sleep(1)  # identify tells when it has asked, and nothing else does
    await dht.routing_table.add_peer(info)


async def obey(host, dht, words):
    match words:
        case ["put", key, value]:
            await dht.put_value(key, value.encode())
            event("put")
        case ["get", key, *_]:
            value = await dht.get_value(key)
            if value is None:
                raise ValueError("no value")
            event("value", value=value.decode())
        case ["provide", cid]:
            if not await dht.provide(cid):
                raise ValueError("no peer took it")
            event("provided")
        case ["find", cid]:
            for info in await dht.find_providers(cid):
                event("provider", peer=str(info.peer_id), addrs=addresses(info))
            event("found")
        case ["peer", text]:
            info = await dht.find_peer(ID.from_base58(text))
            if info is None:
                raise ValueError("not found")
            event("peer", peer=str(info.peer_id), addrs=addresses(info))
        case ["closest", text]:
            found = await dht.peer_routing.find_closest_peers_network(ID.from_base58(text).to_bytes())
            event("closest", peers=[str(peer) for peer in found])
        case ["connect", address]:
            await connect(host, dht, address)
            event("connected")
        case _:
            raise ValueError(f"unknown command {words}")


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", default="/ip4/127.0.0.1/tcp/0")
    parser.add_argument("--prefix", default="/ipfs")
    parser.add_argument("--mode", default="server")
    parser.add_argument("--bootstrap", default="")
    options = parser.parse_args()
    host = new_host(disable_identify_address_discovery=True)
    validator = NamespacedValidator({"v": BlankValidator()})
    mode = DHTMode.SERVER if options.mode == "server" else DHTMode.CLIENT
    async with host.run(listen_addrs=[Multiaddr(options.listen)]):
        dht = KadDHT(host, mode, validator=validator, validator_changed=True)
        dht.register_validator("v", BlankValidator())
        async with background_trio_service(dht):
            for address in filter(None, options.bootstrap.split(",")):
                await connect(host, dht, address)
            own = [str(a) if "/p2p/" in str(a) else f"{a}/p2p/{host.get_id()}" for a in host.get_addrs()]
            event("listening", peer=str(host.get_id()), addrs=own)
            async for line in trio.wrap_file(sys.stdin):
                words = line.split()
                if not words:
                    continue
                try:
                    with trio.fail_after(30):
                        await obey(host, dht, words)
                except Exception as e:
                    event("error", command=words[0], error=f"{type(e).__name__}: {e}")


trio.run(main)
