"""The bare server: uvicorn as the services run it, with an application of two sends; the body's size is given."""

from __future__ import annotations

import os
from typing import Any

import uvloop

from shared.wiring import server

BODY = b"x" * int(os.environ.get("GONGKAI_BODY", "1000"))
START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(BODY)).encode())],
}
END = {"type": "http.response.body", "body": BODY}


async def application(_scope: Any, _receive: Any, send: Any) -> None:
    """Answer everything with the same bytes."""
    await send(START)
    await send(END)


if __name__ == "__main__":
    uvloop.run(server(application, "127.0.0.1", int(os.environ["GONGKAI_PORT"])).serve())
