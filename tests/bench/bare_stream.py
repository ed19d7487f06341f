"""The control of A4: the least that asyncio can do, one protocol that writes to everybody.

``GET /tell?N`` sends event N to all who asked for anything else before.
"""

from __future__ import annotations

import asyncio
import sys

HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: keep-alive\r\n\r\n"
    b"retry: 1000\n\n"
)
FILL = b"x" * 420
"""As long as the facts of a lot."""
open_: set[asyncio.Transport] = set()


class Bare(asyncio.Protocol):
    """A connection; its request is taken to come in one piece."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        if not data.startswith(b"GET /tell?"):
            self.transport.write(HEAD)
            open_.add(self.transport)
            return
        number = data[10 : data.index(b" ", 10)]
        message = b"id: %b\nevent: state\ndata: %b\n\n" % (number, FILL)
        for one in open_:
            one.write(message)
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    def connection_lost(self, _error: Exception | None) -> None:
        open_.discard(self.transport)


async def main(port: int) -> None:
    """Until killed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Bare, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
