"""The peer of quality/interop/discovery around py-libp2p: mDNS, and rendezvous as client and server. It prints one JSON object per line
and obeys one command per line of standard input; see ../README-discovery.md."""

import argparse
import json
import sys

from libp2p import new_host
from libp2p.crypto.ed25519 import create_new_key_pair
from libp2p.crypto.x25519 import create_new_key_pair as create_noise_keys
from libp2p.discovery.events.peerDiscovery import peerDiscovery
from libp2p.discovery.mdns import MDNSDiscovery
from libp2p.discovery.rendezvous.client import RendezvousClient
from libp2p.discovery.rendezvous.service import RendezvousService
from libp2p.peer.id import ID
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.security.noise.transport import PROTOCOL_ID as NOISE, Transport as Noise
from multiaddr import Multiaddr
import trio


def event(name, **members):
    sys.stdout.write(json.dumps({"event": name, **members}) + "\n")
    sys.stdout.flush()


def found(info):
    event("found", peer=str(info.peer_id), addrs=[str(address) for address in info.addrs])


async def obey(host, words):
    match words:
        case ["dial", address]:
            await host.connect(info_from_p2p_addr(Multiaddr(address)))
            event("connected")
        case ["register", namespace, point, *ttl]:
            granted = await RendezvousClient(host, ID.from_string(point)).register(namespace, int(ttl[0]) if ttl else 7200)
            event("registered", ttl=int(granted))
        case ["unregister", namespace, point]:
            await RendezvousClient(host, ID.from_string(point)).unregister(namespace)
            event("unregistered")
        case ["discover", namespace, point]:
            peers, cookie = await RendezvousClient(host, ID.from_string(point)).discover(namespace)
            for info in peers:
                event("provider", peer=str(info.peer_id), addrs=[str(address) for address in info.addrs])
            event("discovered", count=len(peers), cookie=cookie.hex())
        case _:
            raise ValueError(f"unknown command {words}")


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", default="/ip4/127.0.0.1/tcp/0")
    parser.add_argument("--mdns", action="store_true")
    parser.add_argument("--rendezvous-service", action="store_true")
    options = parser.parse_args()
    keys = create_new_key_pair()
    host = new_host(
        key_pair=keys,
        sec_opt={NOISE: Noise(keys, noise_privkey=create_noise_keys().private_key)},
        disable_identify_address_discovery=True,
    )
    async with host.run(listen_addrs=[Multiaddr(options.listen)]):
        if options.rendezvous_service:
            RendezvousService(host)
        own = [str(a) if "/p2p/" in str(a) else f"{a}/p2p/{host.get_id()}" for a in host.get_addrs()]
        mdns = None
        if options.mdns:
            peerDiscovery.register_peer_discovered_handler(found)
            mdns = MDNSDiscovery(host.get_network(), listen_addrs=own, host=host)
            await trio.to_thread.run_sync(mdns.broadcaster.register)
        event("listening", peer=str(host.get_id()), addrs=own)
        async for line in trio.wrap_file(sys.stdin):
            words = line.split()
            if not words:
                continue
            try:
                with trio.fail_after(30):
                    await obey(host, words)
            except Exception as e:
                event("error", command=words[0], error=f"{type(e).__name__}: {e}")
        if mdns is not None:
            await trio.to_thread.run_sync(mdns.broadcaster.unregister)
            mdns.zeroconf.close()


trio.run(main)
