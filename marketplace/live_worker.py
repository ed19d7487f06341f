"""gunicorn's ``asgi`` worker for streams that never end by themselves."""

from __future__ import annotations

import functools
import socket

from gunicorn.workers.gasgi import ASGIWorker

UNTAKEN_MS = 30_000
"""How long the system keeps what a watcher's machine does not take; then the line is cut."""


class LiveWorker(ASGIWorker):  # type: ignore[misc]
    """As gunicorn's own, but a stop reaches the streams, and thousands may come at once."""

    def run(self) -> None:
        """Asyncio would shorten the queue of new connections to 100: the others wait a second."""
        for listener in self.sockets:
            if listener.sock.family != socket.AF_UNIX:  # who is accepted inherits it
                listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNTAKEN_MS)
        self.loop.create_server = functools.partial(
            self.loop.create_server, backlog=self.cfg.backlog
        )
        super().run()

    def handle_exit_signal(self) -> None:
        """TERM: gunicorn waits for open requests, so they are told to end."""
        super().handle_exit_signal()
        self.asgi.stop()
