"""The search backend of this process: one writer in the worker, readers everywhere else."""

from __future__ import annotations

import threading

from marketplace.kernel.settings import Settings
from search.backends.base import Backend
from search.engine import open_backend

_lock = threading.Lock()
_readers: dict[str, Backend] = {}
_writers: dict[str, Backend] = {}


def reader(settings: Settings) -> Backend:
    """The process's reader; opened at first use (after gunicorn's fork)."""
    return _opened(_readers, settings, writable=False)


def writer(settings: Settings) -> Backend:
    """The process's writer; only whoever holds the indexer's lease may call."""
    return _opened(_writers, settings, writable=True)


def _opened(table: dict[str, Backend], settings: Settings, *, writable: bool) -> Backend:
    folder = str(settings.index_folder)
    with _lock:
        if folder not in table:
            table[folder] = open_backend(settings.index_folder, writable=writable)
        return table[folder]


def is_ready(settings: Settings) -> bool:
    """True when the index can answer: an empty one can, one of another analysis chain cannot."""
    return reader(settings).stats()["state"] in ("ready", "empty")
