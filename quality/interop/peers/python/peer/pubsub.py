"""The pubsub peer of the interoperability tests around py-libp2p; see ../README-pubsub.md."""

import argparse
from contextlib import nullcontext
import json
import resource
import sys

import base58
import multiaddr
from libp2p import new_host
from libp2p.crypto.ed25519 import create_new_key_pair
from libp2p.crypto.x25519 import create_new_key_pair as create_noise_keys
from libp2p.network.config import ConnectionConfig
from libp2p.peer.id import ID
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.pubsub.floodsub import FloodSub
from libp2p.pubsub.gossipsub import GossipSub
from libp2p.pubsub.pubsub import Pubsub
from libp2p.security.noise.transport import PROTOCOL_ID as NOISE, Transport as Noise
from libp2p.stream_muxer.yamux.yamux import PROTOCOL_ID as YAMUX, Yamux
from libp2p.tools.anyio_service.context import background_trio_service
import trio

VERSIONS = ["/meshsub/1.3.0", "/meshsub/1.2.0", "/meshsub/1.1.0", "/meshsub/1.0.0"]


def emit(**fields) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", action="append", default=[])
    parser.add_argument("--topic", default="interop")
    parser.add_argument("--version", default="1.2")
    parser.add_argument("--router", default="gossipsub")
    parser.add_argument("--no-flood", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    return parser.parse_args()


def router(given: argparse.Namespace):
    if given.router == "floodsub":
        return FloodSub(["/floodsub/1.0.0"])
    first = VERSIONS.index(f"/meshsub/{given.version}.0")
    return GossipSub(
        protocols=[*VERSIONS[first:], "/floodsub/1.0.0"],
        degree=6,
        degree_low=5,
        degree_high=12,
        heartbeat_interval=1,
        heartbeat_initial_delay=0.1,
        spam_protection_enabled=False,
        eclipse_protection_enabled=False,
        adaptive_gossip_enabled=False,
    )


async def main() -> None:
    given = options()
    keys = create_new_key_pair()
    host = new_host(
        key_pair=keys,
        sec_opt={NOISE: Noise(keys, noise_privkey=create_noise_keys().private_key)},
        muxer_opt={YAMUX: Yamux},
        connection_config=ConnectionConfig(min_connections=0, low_watermark=0),
        disable_identify_address_discovery=True,
    )
    pubsub = Pubsub(host, router(given), strict_signing=True)
    received: set[str] = set()
    state = {"count": 0}
    async with host.run(listen_addrs=[multiaddr.Multiaddr(each) for each in given.listen]):
        # Floodsub has nothing to run.
        runs = background_trio_service(pubsub.router) if given.router == "gossipsub" else nullcontext()
        async with background_trio_service(pubsub), runs:
            await pubsub.wait_until_ready()
            subscription = await pubsub.subscribe(given.topic)
            addresses = [str(each) for each in host.get_addrs()]
            emit(event="listening", peer=str(host.get_id()), addrs=addresses)

            async def deliver() -> None:
                while True:
                    message = await subscription.get()
                    if message.from_id == host.get_id().to_bytes():
                        continue
                    state["count"] += 1
                    if given.quiet:
                        continue
                    data = message.data.decode(errors="replace")
                    emit(
                        event="message",
                        **{"from": base58.b58encode(message.from_id).decode()},
                        topic=given.topic,
                        data=data,
                        again=data in received,
                    )
                    received.add(data)

            async def obey(words: list[str]) -> None:
                if words[0] == "dial":
                    info = info_from_p2p_addr(multiaddr.Multiaddr(words[1]))
                    with trio.fail_after(15):
                        await host.connect(info)
                    emit(event="dialed", peer=str(info.peer_id))
                elif words[0] == "peers":
                    emit(event="peers", count=len(pubsub.peer_topics.get(given.topic, set())))
                elif words[0] == "publish":
                    for i in range(int(words[2])):
                        data = f"{words[1]}-{i}".ljust(int(words[3]), ".").encode()
                        await pubsub.publish(given.topic, data)
                        if int(words[4]):
                            await trio.sleep(int(words[4]) / 1000)
                    emit(event="published", count=int(words[2]))
                elif words[0] == "count":
                    usage = resource.getrusage(resource.RUSAGE_SELF)
                    emit(event="count", count=state["count"], cpu_s=usage.ru_utime + usage.ru_stime)
                elif words[0] == "disconnect":
                    await host.disconnect(ID.from_base58(words[1]))

            async def attempt(words: list[str]) -> None:
                try:
                    await obey(words)
                except BaseException as error:  # noqa: BLE001: told to the harness
                    if isinstance(error, trio.Cancelled):
                        raise
                    emit(event="failed", what=words[0], why=repr(error))

            async with trio.open_nursery() as nursery:
                nursery.start_soon(deliver)
                while True:
                    line = await trio.to_thread.run_sync(sys.stdin.readline, abandon_on_cancel=True)
                    if not line:
                        nursery.cancel_scope.cancel()
                        return
                    words = line.split()
                    if words:
                        nursery.start_soon(attempt, words)


if __name__ == "__main__":
    trio.run(main)
