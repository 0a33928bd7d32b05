import argparse
import sys
import traceback

from libp2p.abc import IHost
import trio

from .arguments import read_arguments
from .checks import CHECKS, Session
from .dialing import connect
from .errors import FAILED, OK, PeerError
from .host import make_host
from .identity import make_key
from .listening import listen


async def run(options: argparse.Namespace) -> int:
    host = make_host(options)
    # The result is taken inside, as leaving with an error would wrap it in the groups of the library's task scopes.
    async with host.run(listen_addrs=getattr(options, "listen", [])):
        try:
            await _act(host, options)
            return OK
        except Exception as error:
            return report(error)


async def _act(host: IHost, options: argparse.Namespace) -> None:
    if options.command == "listen":
        await listen(host, options)
    else:
        peer, connection = await connect(host, options.address)
        await CHECKS[options.command](Session(host, peer, connection, options))
        await connection.close()


def report(error: Exception) -> int:
    if isinstance(error, PeerError):
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    traceback.print_exception(error)
    return FAILED


def main(argv: list[str]) -> int:
    try:
        options = read_arguments(argv)
        if options.command == "key":
            make_key(options)
            return OK
        return trio.run(run, options)
    except Exception as error:
        return report(error)


sys.exit(main(sys.argv[1:]))
