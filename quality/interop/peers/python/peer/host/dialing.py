"""Reaching the peer under test, and saying why when it cannot be reached."""

from libp2p.abc import IHost, INetConn
from libp2p.peer.id import ID
from libp2p.peer.peerinfo import info_from_p2p_addr
from libp2p.security.noise.exceptions import PeerIDMismatchesPubkey
from libp2p.transport.exceptions import OpenConnectionError
from libp2p.transport.quic.exceptions import QUICConnectionTimeoutError, QUICDialError
from multiaddr import Multiaddr
import trio

from .errors import FAILED, NOT_REACHED, USAGE, WRONG_PEER, PeerError
from .host import DIAL_SECONDS


async def connect(host: IHost, address: Multiaddr) -> tuple[ID, INetConn]:
    """Dials once; the error of a failed dial carries the exit code for it."""
    target = info_from_p2p_addr(address)
    # The library dials only the older of the two names for WebSocket over TLS.
    transport_address = Multiaddr(str(target.addrs[0]).replace("/tls/ws", "/wss"))
    network = host.get_network()
    if network.transport_manager.transport_for_dialing(transport_address) is None:
        raise PeerError(USAGE, f"py-libp2p has no transport for {address}")
    try:
        with trio.fail_after(DIAL_SECONDS):
            return target.peer_id, await network.dial_addr(transport_address, target.peer_id)
    except trio.TooSlowError as error:
        raise PeerError(_silence(address), f"dialing {address}: no answer in {DIAL_SECONDS} s") from error
    except Exception as error:
        causes = _causes(error)
        reasons = "; ".join(f"{type(cause).__name__}: {cause}" for cause in causes)
        raise PeerError(_exit_code(causes), f"dialing {address}: {reasons}") from error


def _silence(address: Multiaddr) -> int:
    """Over UDP silence is all that tells that no host is there."""
    return NOT_REACHED if "/udp/" in str(address) else FAILED


def _exit_code(causes: list[BaseException]) -> int:
    if any(isinstance(cause, PeerIDMismatchesPubkey) or "Peer ID mismatch" in str(cause) for cause in causes):
        return WRONG_PEER
    unreached = (OpenConnectionError, QUICDialError, QUICConnectionTimeoutError, ConnectionRefusedError)
    return NOT_REACHED if any(isinstance(cause, unreached) for cause in causes) else FAILED


def _causes(error: BaseException) -> list[BaseException]:
    causes = []
    following: list[BaseException | None] = [error]
    while following:
        current = following.pop()
        if current is None or current in causes:
            continue
        causes.append(current)
        following.append(current.__cause__ or current.__context__)
        following.extend(getattr(current, "exceptions", ()))
    return causes
