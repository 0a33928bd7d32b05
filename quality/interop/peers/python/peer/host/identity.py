"""Key files: the protobuf form of a libp2p private key."""

import argparse
import os
from pathlib import Path

from libp2p.crypto import ed25519, rsa, secp256k1
from libp2p.crypto.keys import KeyPair
from libp2p.crypto.serialization import deserialize_private_key
from libp2p.peer.id import ID

from .errors import usage
from .events import emit

_TYPES = {
    "ed25519": ed25519.create_new_key_pair,
    "secp256k1": secp256k1.create_new_key_pair,
    "rsa": rsa.create_new_key_pair,
}


def identity(file: str | None) -> KeyPair:
    """The key in the file, or a fresh one when no file is named."""
    if file is None:
        return ed25519.create_new_key_pair()
    try:
        private = deserialize_private_key(Path(file).read_bytes())
    except Exception as error:
        raise usage(f"no private key that py-libp2p can use in {file}: {error!r}") from error
    return KeyPair(private, private.get_public_key())


def make_key(options: argparse.Namespace) -> None:
    """Makes the file unless it is there, and prints whose it is."""
    if options.key is None:
        raise usage("key needs --key FILE")
    try:
        descriptor = os.open(options.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_TYPES[options.type]().private_key.serialize())
    keys = identity(options.key)
    emit("key", peer=str(ID.from_pubkey(keys.public_key)), type=keys.private_key.get_type().name.lower())
