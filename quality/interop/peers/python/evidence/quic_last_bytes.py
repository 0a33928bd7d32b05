"""The last bytes of a QUIC stream can get lost in py-libp2p 0.8.1: shown without any other implementation.

QUICStream.read looks at its buffer, then waits for the lock of the state, and then ends the stream if the state says so,
without another look at the buffer. When the last bytes come in between, together with the end of the stream, they lie in
the buffer, and the reader is told that the stream has ended. Run it with the Python of the built peer; it lets the reader
and the last bytes meet many times, prints how often they were lost, and exits with 0 if they were.
"""

import sys
from types import SimpleNamespace

from libp2p.transport.quic.config import QUICTransportConfig
from libp2p.transport.quic.exceptions import QUICStreamClosedError
from libp2p.transport.quic.stream import QUICStream, StreamDirection
import trio

LAST = b"the last bytes"
ROUNDS = 1000


def half_closed_stream() -> QUICStream:
    """A stream whose own write side is closed, as after a request."""
    connection = SimpleNamespace(
        _transport=SimpleNamespace(_config=QUICTransportConfig()), remote_peer_id=lambda: "remote"
    )
    stream = QUICStream(connection, 0, StreamDirection.OUTBOUND, ("127.0.0.1", 1))  # type: ignore[arg-type]
    stream._write_closed = True
    return stream


async def loses_its_last_bytes(stream: QUICStream) -> bool:
    received = b""

    async def read() -> None:
        nonlocal received
        try:
            received = await stream.read()
        except (QUICStreamClosedError, EOFError):
            pass

    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        nursery.start_soon(stream.handle_data_received, LAST, True)
    return received != LAST and bytes(stream._receive_buffer) == LAST


async def main() -> bool:
    lost = 0
    for _ in range(ROUNDS):
        lost += await loses_its_last_bytes(half_closed_stream())
    print(f"the reader was told of the end with the last bytes still in the buffer: {lost} of {ROUNDS} times")
    return lost > 0


if __name__ == "__main__":
    sys.exit(0 if trio.run(main) else 1)
