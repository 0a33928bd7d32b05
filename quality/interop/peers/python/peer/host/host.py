"""Makes the libp2p host that the command line describes."""

import argparse
from pathlib import Path
import re

from libp2p import new_host
from libp2p.abc import IHost, INetworkService, ITransport
from libp2p.crypto.keys import KeyPair
from libp2p.crypto.x25519 import create_new_key_pair as create_noise_keys
from libp2p.host.basic_host import _IdentifyNotifee
from libp2p.network.config import ConnectionConfig, RetryConfig
from libp2p.rcmgr.manager import ResourceLimits, ResourceManager
from libp2p.security.noise.transport import PROTOCOL_ID as NOISE, Transport as Noise
from libp2p.security.secio.transport import ID as SECIO, Transport as Secio
from libp2p.security.tls.transport import PROTOCOL_ID as TLS, TLSTransport
from libp2p.stream_muxer.mplex.mplex import MPLEX_PROTOCOL_ID, Mplex
from libp2p.stream_muxer.yamux.yamux import PROTOCOL_ID as YAMUX_PROTOCOL_ID, Yamux
from libp2p.transport.quic.config import QUICTransportConfig
from libp2p.transport.quic.transport import QUICTransport
from libp2p.transport.tcp.tcp import TCP
from libp2p.transport.upgrader import TransportUpgrader
from libp2p.transport.websocket.transport import WebsocketTransport

from .certificate import client_context, server_context
from .errors import usage
from .identity import identity

DIAL_SECONDS = 15
_MANY = 4096
_MUXERS = {"yamux": (YAMUX_PROTOCOL_ID, Yamux), "mplex": (MPLEX_PROTOCOL_ID, Mplex)}
_PSK_FILE = re.compile(r"/key/swarm/psk/1\.0\.0/\s+/base16/\s+([0-9a-fA-F]{64})\s*")


def make_host(options: argparse.Namespace) -> IHost:
    """A host that is not running yet."""
    keys = identity(options.key)
    security = _security(options.security, keys)
    muxers = dict(_MUXERS[name] for name in options.muxer)
    psk = None if options.psk is None else _read_psk(options.psk)
    host = new_host(
        key_pair=keys,
        sec_opt=security,
        muxer_opt=muxers,
        transports=_transports(options, keys, TransportUpgrader(security, muxers)),
        psk=psk,
        connection_config=_connections(options.limits),
        resource_manager=_resources(options.limits),
        disable_identify_address_discovery=True,
    )
    network = host.get_network()
    network.retry_config = RetryConfig(max_retries=0)
    if options.command == "identify":
        _leave_identify_to_the_check(network)
    return host


def _leave_identify_to_the_check(network: INetworkService) -> None:
    """The library asks on its own after every dial, and some peers answer only one request at a time."""
    for notifee in [each for each in network.notifees if isinstance(each, _IdentifyNotifee)]:
        network.remove_notifee(notifee)


def _security(names: list[str], keys: KeyPair) -> dict:
    makers = {
        "noise": lambda: (NOISE, Noise(keys, noise_privkey=create_noise_keys().private_key)),
        "tls": lambda: (TLS, TLSTransport(keys)),
        "secio": lambda: (SECIO, Secio(keys)),
    }
    return dict(makers[name]() for name in names)


def _transports(options: argparse.Namespace, keys: KeyPair, upgrader: TransportUpgrader) -> list[ITransport]:
    web_socket = WebsocketTransport(
        upgrader,
        tls_client_config=client_context(options.tls_insecure),
        tls_server_config=server_context() if _listens_with_tls(options) else None,
    )
    stream_transports = [TCP(), web_socket]
    if options.psk is not None:
        return stream_transports
    return [*stream_transports, QUICTransport(keys.private_key, config=_quic(options.limits))]


def _listens_with_tls(options: argparse.Namespace) -> bool:
    """With a certificate, the library expects TLS on every WebSocket address, whether it says so or not."""
    names = [{protocol.name for protocol in address.protocols()} for address in getattr(options, "listen", [])]
    secured = ["ws" in each and "tls" in each or "wss" in each for each in names]
    plain = any("ws" in each and not tls for each, tls in zip(names, secured))
    if any(secured) and plain:
        raise usage("py-libp2p cannot listen on ws and wss at once")
    return any(secured)


def _quic(limits: str) -> QUICTransportConfig:
    if limits == "default":
        return QUICTransportConfig()
    # What the reader has not taken yet is dropped above the receive buffer, whatever the flow control allowed.
    return QUICTransportConfig(
        MAX_STREAM_RECEIVE_BUFFER=512 << 20,
        STREAM_MEMORY_LIMIT_PER_STREAM=512 << 20,
        STREAM_MEMORY_LIMIT_PER_CONNECTION=1 << 30,
        MAX_CONCURRENT_STREAMS=_MANY,
        MAX_INCOMING_STREAMS=_MANY,
        MAX_OUTGOING_STREAMS=_MANY,
    )


def _connections(limits: str) -> ConnectionConfig:
    # Without a wish for connections the host never dials on its own.
    quiet = {"min_connections": 0, "low_watermark": 0, "dial_timeout": DIAL_SECONDS}
    if limits == "default":
        return ConnectionConfig(**quiet)
    return ConnectionConfig(
        **quiet, max_connections=_MANY, high_watermark=_MANY, max_connections_per_peer=_MANY
    )


def _resources(limits: str) -> ResourceManager:
    if limits == "default":
        return ResourceManager()
    return ResourceManager(
        limits=ResourceLimits(max_connections=_MANY, max_memory_mb=_MANY, max_streams=1 << 20),
        enable_memory_limits=False,
        enable_circuit_breaker=False,
        enable_graceful_degradation=False,
        enable_rate_limiting=False,
    )


def _read_psk(file: str) -> str:
    try:
        match = _PSK_FILE.fullmatch(Path(file).read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise usage(f"--psk {file}: {error}") from error
    if match is None:
        raise usage(f"--psk {file}: not a swarm.key file")
    return match[1].lower()
