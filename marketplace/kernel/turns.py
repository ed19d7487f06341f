"""Writers of one SQLite file take turns, whichever process they are in.

SQLite has one writer at a time and no queue: who finds it taken sleeps and looks again, up to
100 ms later, while the process that just wrote takes it at once for the next. Under load some
would wait for seconds. So whoever wants to write first becomes «the next» (a file lock), keeps
that place while he waits for SQLite's own lock, and gives it up when he has it: a writer who comes
again stands behind him. SQLite's lock remains the one that counts; this only says who is next.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOOK_SECONDS = 0.0005
"""How often the next looks whether the one before him is done."""


class Turns:
    """The place of the next writer of one file; ``path`` is an empty file beside it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.forget()
        _all.add(self)

    def forget(self) -> None:
        """Start anew, as in a forked child: its parent's threads and open file are not its own."""
        self._here = threading.Lock()
        self._file: int | None = None

    @contextmanager
    def next(self, *, until: float) -> Iterator[None]:
        """Be the next writer while inside; ``until`` (monotonic) at the latest go in without."""
        if not self._here.acquire(timeout=max(0.0, until - time.monotonic())):
            yield
            return
        try:
            is_next = self._become_next(until)
            try:
                yield
            finally:
                if is_next:
                    fcntl.flock(self._open(), fcntl.LOCK_UN)
        finally:
            self._here.release()

    def _become_next(self, until: float) -> bool:
        while True:
            try:
                fcntl.flock(self._open(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    return False
                time.sleep(LOOK_SECONDS)
            else:
                return True

    def _open(self) -> int:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            weakref.finalize(self, os.close, self._file)
        return self._file


_all: weakref.WeakSet[Turns] = weakref.WeakSet()


def _forget_all() -> None:
    for turns in list(_all):
        turns.forget()


os.register_at_fork(after_in_child=_forget_all)
