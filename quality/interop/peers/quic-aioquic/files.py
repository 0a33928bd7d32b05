"""The application behind aioquic's example server: the files of a folder, which FILES names. No other package is needed."""

import os
from pathlib import Path

FOLDER = Path(os.environ["FILES"])


async def app(scope, receive, send):
    file = FOLDER / Path(scope["path"]).name
    found = scope["type"] == "http" and file.is_file()
    await send({"type": "http.response.start", "status": 200 if found else 404, "headers": []})
    await send({"type": "http.response.body", "body": file.read_bytes() if found else b""})
