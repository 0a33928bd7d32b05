"""The command line."""

import argparse

from multiaddr import Multiaddr

from .errors import usage

SECURITY = ("noise", "tls")
LEGACY = ("secio",)
MUXERS = ("yamux", "mplex")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str):
        raise usage(f"{self.prog}: {message}")


def read_arguments(argv: list[str]) -> argparse.Namespace:
    parser = _Parser(prog="peer", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    listen = _command(commands, "listen", dials=False)
    listen.add_argument("--listen", nargs="+", action="extend", type=_multiaddr, required=True)
    key = _command(commands, "key", dials=False)
    key.add_argument("--type", choices=("ed25519", "secp256k1", "rsa"), default="ed25519")
    _numbers(_command(commands, "ping"), count=(1, 1))
    _command(commands, "identify")
    _numbers(_command(commands, "echo"), size=(1 << 20, 0))
    _command(commands, "halfclose")
    _command(commands, "reset")
    _numbers(
        _command(commands, "perf"),
        upload=(0, 0), download=(0, 0), streams=(1, 1), repeat=(1, 1), warmup_bytes=(0, 0),
    )
    _numbers(_command(commands, "streams"), count=(1, 1), parallel=(1, 1))
    return parser.parse_args(argv)


def _command(commands, name: str, dials: bool = True) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, allow_abbrev=False)
    if dials:
        parser.add_argument("address", type=_target)
    parser.add_argument("--key")
    parser.add_argument("--security", type=_list_of(SECURITY + LEGACY), default=list(SECURITY))
    parser.add_argument("--muxer", type=_list_of(MUXERS), default=["yamux"])
    parser.add_argument("--psk")
    parser.add_argument("--limits", choices=("none", "default"), default="none")
    parser.add_argument("--tls-insecure", action="store_true")
    return parser


def _numbers(parser: argparse.ArgumentParser, **numbers: tuple[int, int]) -> None:
    for name, (default, least) in numbers.items():
        parser.add_argument("--" + name.replace("_", "-"), type=_number(least), default=default)


def _number(least: int):
    def parse(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text}: not a whole number of at least {least}")
        return int(text)

    return parse


def _list_of(choices: tuple[str, ...]):
    def parse(text: str) -> list[str]:
        names = text.split(",")
        for name in names:
            if name not in choices:
                raise argparse.ArgumentTypeError(f"{name}: not offered by this peer, only {', '.join(choices)}")
        return names

    return parse


def _multiaddr(text: str) -> Multiaddr:
    try:
        return Multiaddr(text)
    except Exception as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from error


def _target(text: str) -> Multiaddr:
    address = _multiaddr(text)
    if address.get_peer_id() is None:
        raise argparse.ArgumentTypeError(f"{text}: must end in /p2p/ID")
    return address
