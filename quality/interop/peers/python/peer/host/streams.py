"""Reading streams to their end."""

from collections.abc import AsyncIterator

from libp2p.abc import INetStream
from libp2p.network.stream.exceptions import StreamEOF, StreamReset
from libp2p.transport.quic.exceptions import QUICStreamClosedError
from libp2p.transport.quic.stream import QUICStream

from .errors import ensure

PIECE = 64 * 1024


async def pieces(stream: INetStream) -> AsyncIterator[bytes]:
    """Everything up to the end of the stream, in pieces as they arrive."""
    while True:
        try:
            piece = await stream.read(PIECE)
        except (StreamEOF, StreamReset) as error:
            if isinstance(error, StreamReset) and not _ended(stream, error):
                raise
            piece = await _left_in_the_buffer(stream)
            if piece:
                yield piece
            return
        if not piece:
            return
        yield piece


async def read_all(stream: INetStream) -> bytes:
    return b"".join([piece async for piece in pieces(stream)])


async def read_exactly(stream: INetStream, length: int) -> bytes:
    data = b""
    while len(data) < length:
        piece = await stream.read(length - len(data))
        ensure(bool(piece), f"the stream ended after {len(data)} of {length} bytes")
        data += piece
    return data


async def write_zeros(stream: INetStream, count: int) -> None:
    zeros = bytes(PIECE)
    for start in range(0, count, PIECE):
        await stream.write(zeros[: count - start])


async def _left_in_the_buffer(stream: INetStream) -> bytes:
    """On QUIC the library may report the end while it still holds the last bytes: evidence/quic_last_bytes.py."""
    if not isinstance(stream.muxed_stream, QUICStream):
        return b""
    try:
        return await stream.muxed_stream.read()
    except (QUICStreamClosedError, EOFError):
        return b""


def _ended(stream: INetStream, error: StreamReset) -> bool:
    """On QUIC the library reports the end of a stream whose write side is closed like a reset."""
    return isinstance(error.__cause__, QUICStreamClosedError) and not stream.muxed_stream.is_reset()
