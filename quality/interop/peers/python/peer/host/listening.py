"""The listen command."""

import argparse
import signal

from libp2p.abc import IHost, INetConn, INetwork, INotifee
import trio

from .errors import FAILED, USAGE, PeerError
from .events import emit
from .protocols import serve


async def listen(host: IHost, options: argparse.Namespace) -> None:
    """Serves until SIGTERM or SIGINT."""
    serve(host)
    host.get_network().register_notifee(_Connections())
    with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        emit("listening", peer=str(host.get_id()), addrs=_addresses(host, options))
        async for _ in signals:
            return


def _addresses(host: IHost, options: argparse.Namespace) -> list[str]:
    """In the order of the command line; the library only logs an address it cannot listen on."""
    network = host.get_network()
    addresses = []
    for wanted in options.listen:
        listener = network.listeners.get(str(wanted))
        if listener is None:
            known = network.transport_manager.transport_for_listening(wanted) is not None
            raise PeerError(FAILED if known else USAGE, f"cannot listen on {wanted}")
        addresses.extend(f"{address}/p2p/{host.get_id()}" for address in listener.get_addrs())
    return addresses


class _Connections(INotifee):
    """Prints connections as they come and go."""

    async def connected(self, network: INetwork, conn: INetConn) -> None:
        emit("connected", peer=str(conn.muxed_conn.peer_id))

    async def disconnected(self, network: INetwork, conn: INetConn) -> None:
        emit("disconnected", peer=str(conn.muxed_conn.peer_id))

    async def opened_stream(self, network, stream) -> None: ...

    async def closed_stream(self, network, stream) -> None: ...

    async def listen(self, network, multiaddr) -> None: ...

    async def listen_close(self, network, multiaddr) -> None: ...
