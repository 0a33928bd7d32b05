"""A reset of one stream ends the whole mplex connection in py-libp2p 0.8.1: shown without any other implementation.

The remote side, played here, answers a stream with more than its reader has taken (the channel holds one piece of 4 KiB), so the
read loop waits in Mplex._handle_message. When the stream is reset locally, its channel is closed, the wait ends with
BrokenResourceError, and _handle_message turns that into MplexUnavailable: the loop that reads for all streams ends. The
next stream gets no answer. Run it with the Python of the built peer; it prints what it sees and exits with 0 if it is so.
"""

import sys

from libp2p.peer.id import ID
from libp2p.stream_muxer.mplex.constants import BUFFER_SIZE
from libp2p.stream_muxer.mplex.mplex import Mplex
from libp2p.utils import encode_uvarint, encode_varint_prefixed
import trio

MESSAGE_RECEIVER = 1


class Remote:
    """A connection whose remote side sends what it is given and takes everything."""

    is_initiator = True

    def __init__(self) -> None:
        self._send, self._receive = trio.open_memory_channel[bytes](16)
        self._left = b""

    async def answer(self, stream: int, data: bytes) -> None:
        await self._send.send(encode_uvarint(stream << 3 | MESSAGE_RECEIVER) + encode_varint_prefixed(data))

    async def read(self, n: int) -> bytes:
        if not self._left:
            self._left = await self._receive.receive()
        piece, self._left = self._left[:n], self._left[n:]
        return piece

    async def write(self, data: bytes) -> None:
        await trio.lowlevel.checkpoint()

    async def close(self) -> None:
        await self._send.aclose()


async def main() -> bool:
    remote = Remote()
    mplex = Mplex(remote, ID(b"remote"))  # type: ignore[arg-type]
    async with trio.open_nursery() as nursery:
        nursery.start_soon(mplex.handle_incoming)
        doomed = await mplex.open_stream()
        await remote.answer(0, bytes(4 * BUFFER_SIZE))
        await doomed.read(1)
        await trio.testing.wait_all_tasks_blocked()
        before = mplex.is_closed
        await doomed.reset()
        await trio.testing.wait_all_tasks_blocked()
        print(f"connection closed before the reset: {before}, after it: {mplex.is_closed}")
        nursery.cancel_scope.cancel()
    return not before and mplex.is_closed


if __name__ == "__main__":
    import trio.testing

    sys.exit(0 if trio.run(main) else 1)
