"""aioquic's interop client, run as it is against one server on the loopback: client.py EXAMPLES PORT RETRY_PORT PATH TEST.
Prints the letters of what succeeded, as that client writes them: see the README of its examples.
"""

import asyncio
import ssl
import sys

examples, port, retry_port, path, test = sys.argv[1:]
sys.path.insert(0, examples)

import interop  # noqa: E402

server = interop.Server(
    "java", "127.0.0.1", port=int(port), retry_port=int(retry_port), path=path, push_path=None, verify_mode=ssl.CERT_NONE
)
asyncio.run(interop.main(servers=[server], tests=[(test, getattr(interop, test))]))
