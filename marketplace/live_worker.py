"""gunicorn's ``asgi`` worker for streams that never end by themselves."""

from __future__ import annotations

import socket

from gunicorn.workers.gasgi import ASGIWorker

UNTAKEN_MS = 30_000
"""How long the system keeps what a watcher's machine does not take; then the line is cut."""


class LiveWorker(ASGIWorker):  # type: ignore[misc]
    """As gunicorn's own, but a stop reaches the streams and a dead line is not waited for."""

    def init_process(self) -> None:
        """Who is accepted inherits from the listener."""
        for listener in self.sockets:
            if listener.sock.family != socket.AF_UNIX:
                listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNTAKEN_MS)
        super().init_process()

    def handle_exit_signal(self) -> None:
        """TERM: gunicorn waits for open requests, so they are told to end."""
        super().handle_exit_signal()
        self.asgi.stop()
