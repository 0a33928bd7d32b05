"""What the dialing commands do on an open connection. Each prints its events and raises when the check fails."""

import argparse
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import secrets
import time

from libp2p.abc import IHost, INetConn, INetStream
from libp2p.crypto.serialization import deserialize_public_key
from libp2p.identity.identify.identify import parse_identify_response
from libp2p.peer.id import ID
from libp2p.stream_muxer.mplex.mplex import Mplex
from multiaddr import Multiaddr
import trio

from .errors import ensure
from .events import emit
from .protocols import ECHO, IDENTIFY, PERF, PING
from .streams import PIECE, pieces, read_all, read_exactly, write_zeros

PING_LENGTH = 32
SMALL = 16 * 1024


@dataclass
class Session:
    """An open connection and what is to be done with it."""

    host: IHost
    peer: ID
    connection: INetConn
    options: argparse.Namespace

    async def open(self, protocol: str) -> INetStream:
        stream = await self.host.new_stream(self.peer, [protocol])
        ensure(stream.muxed_conn is self.connection.muxed_conn, "the stream is on another connection")
        return stream


async def ping(session: Session) -> None:
    stream = await session.open(PING)
    for _ in range(session.options.count):
        sent = secrets.token_bytes(PING_LENGTH)
        started = time.perf_counter()
        await stream.write(sent)
        received = await read_exactly(stream, PING_LENGTH)
        elapsed = time.perf_counter() - started
        ensure(received == sent, "the ping came back changed")
        emit("ping", rtt_us=elapsed * 1e6)
    await stream.close()


async def identify(session: Session) -> None:
    stream = await session.open(IDENTIFY)
    answer = parse_identify_response(await read_all(stream))
    await stream.close()
    emit(
        "identify",
        peer=str(ID.from_pubkey(deserialize_public_key(answer.public_key))),
        agent=answer.agent_version,
        protocol_version=answer.protocol_version,
        protocols=list(answer.protocols),
        addrs=[str(Multiaddr(address)) for address in answer.listen_addrs],
        observed=str(Multiaddr(answer.observed_addr)) if answer.observed_addr else "",
        signed_record=bool(answer.signedPeerRecord),
    )


async def echo(session: Session) -> None:
    """Writes while reading, as the echo comes back before everything is sent."""
    sent = secrets.token_bytes(session.options.size)
    stream = await session.open(ECHO)
    if _is_mplex(session):
        received = await _write_and_read_in_turn(stream, sent)
    else:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_write_and_close, stream, sent)
            received = await read_all(stream)
    ensure(received == sent, "the echo differs from what was sent")
    emit("echo", bytes=len(received), equal=True)


async def halfclose(session: Session) -> None:
    await _small_echo(session, SMALL)
    emit("halfclose", ok=True)


async def reset(session: Session) -> None:
    doomed = await session.open(ECHO)
    # In mplex a reset with an unread answer ends the connection: evidence/mplex_reset.py.
    await doomed.write(secrets.token_bytes(1 if _is_mplex(session) else SMALL))
    await read_exactly(doomed, 1)
    await doomed.reset()
    await _small_echo(session, SMALL)
    emit("reset", ok=True)


async def perf(session: Session) -> None:
    options = session.options
    await _phases(session, options.warmup_bytes, options.warmup_bytes, 1)
    for _ in range(options.repeat):
        before = time.process_time()
        upload_s, download_s = await _phases(session, options.upload, options.download, options.streams)
        emit(
            "perf",
            upload_bytes=options.upload,
            upload_s=upload_s,
            download_bytes=options.download,
            download_s=download_s,
            cpu_s=time.process_time() - before,
        )


async def streams(session: Session) -> None:
    count, parallel = session.options.count, session.options.parallel
    todo = iter(range(count))
    before = time.process_time()

    async def worker(_: int) -> None:
        for _ in todo:
            await _small_echo(session, 1)

    seconds = await _timed(min(parallel, count), worker)
    emit("streams", count=count, seconds=seconds, cpu_s=time.process_time() - before)


CHECKS: dict[str, Callable[[Session], Awaitable[None]]] = {
    check.__name__: check for check in (ping, identify, echo, halfclose, reset, perf, streams)
}


async def _phases(session: Session, upload: int, download: int, parallel: int) -> tuple[float, float]:
    """First everything up, then everything down, each on fresh streams; a phase without bytes is left out."""

    def share(total: int, index: int) -> int:
        return total // parallel + (index < total % parallel)

    async def send(index: int) -> None:
        await _transfer(session, share(upload, index), 0)

    async def receive(index: int) -> None:
        await _transfer(session, 0, share(download, index))

    return (
        await _timed(parallel, send) if upload else 0.0,
        await _timed(parallel, receive) if download else 0.0,
    )


async def _transfer(session: Session, upload: int, download: int) -> None:
    stream = await session.open(PERF)
    await stream.write(download.to_bytes(8, "big"))
    await write_zeros(stream, upload)
    await stream.close_write()
    received = sum([len(piece) async for piece in pieces(stream)])
    await stream.close()
    ensure(received == download, f"asked for {download} bytes and got {received}")


async def _small_echo(session: Session, size: int) -> None:
    """Nothing is read before the write side is closed, so the answer comes through a half-closed stream."""
    sent = secrets.token_bytes(size)
    stream = await session.open(ECHO)
    await _write_and_close(stream, sent)
    received = await read_all(stream)
    await stream.close()
    ensure(received == sent, "the half-closed stream did not bring back what was sent")


def _is_mplex(session: Session) -> bool:
    return isinstance(session.connection.muxed_conn, Mplex)


async def _write_and_read_in_turn(stream: INetStream, data: bytes) -> bytes:
    """In mplex a read that waits holds up all writes on the same stream (a lock in MplexStream), so nothing waits meanwhile."""
    received = b""
    for start in range(0, len(data), SMALL):
        piece = data[start : start + SMALL]
        await stream.write(piece)
        received += await read_exactly(stream, len(piece))
    await stream.close_write()
    return received + await read_all(stream)


async def _write_and_close(stream: INetStream, data: bytes) -> None:
    for start in range(0, len(data), PIECE):
        await stream.write(data[start : start + PIECE])
    await stream.close_write()


async def _timed(parallel: int, task: Callable[[int], Awaitable[None]]) -> float:
    started = time.perf_counter()
    async with trio.open_nursery() as nursery:
        for index in range(parallel):
            nursery.start_soon(task, index)
    return time.perf_counter() - started
