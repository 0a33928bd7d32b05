"""The two protocols of the tests, listening side; ping and identify come with the library."""

from collections.abc import Awaitable, Callable

from libp2p.abc import IHost, INetStream
from libp2p.custom_types import TProtocol

from .streams import pieces, read_exactly, write_zeros

ECHO = TProtocol("/echo/1.0.0")
PERF = TProtocol("/perf/1.0.0")
PING = TProtocol("/ipfs/ping/1.0.0")
IDENTIFY = TProtocol("/ipfs/id/1.0.0")


def serve(host: IHost) -> None:
    host.set_stream_handler(ECHO, _guarded(_echo))
    host.set_stream_handler(PERF, _guarded(_perf))


async def _echo(stream: INetStream) -> None:
    async for piece in pieces(stream):
        await stream.write(piece)


async def _perf(stream: INetStream) -> None:
    download = int.from_bytes(await read_exactly(stream, 8), "big")
    async for _ in pieces(stream):
        pass
    await write_zeros(stream, download)


def _guarded(handler: Callable[[INetStream], Awaitable[None]]) -> Callable[[INetStream], Awaitable[None]]:
    """A stream that fails ends its own handler and nothing else."""

    async def handle(stream: INetStream) -> None:
        try:
            await handler(stream)
            await stream.close()
        except Exception:
            await stream.reset()

    return handle
