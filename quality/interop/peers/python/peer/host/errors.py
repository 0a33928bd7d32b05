"""Exit codes and the error that carries one."""

OK = 0
FAILED = 1
USAGE = 2
NOT_REACHED = 3
WRONG_PEER = 4


class PeerError(Exception):
    """Ends the program with a message on standard error and an exit code."""

    def __init__(self, exit_code: int, message: str):
        super().__init__(message)
        self.exit_code = exit_code


def usage(message: str) -> PeerError:
    """The command line is wrong, or asks for something py-libp2p does not offer."""
    return PeerError(USAGE, message)


def ensure(condition: bool, message: str) -> None:
    if not condition:
        raise PeerError(FAILED, message)
