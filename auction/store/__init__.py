"""The only I/O of the engine: lots and logs in SQLite and PostgreSQL."""

from __future__ import annotations

from auction.store.dialect import POSTGRESQL, SQLITE, Clock, Connection
from auction.store.store import Published, Store

__all__ = ["POSTGRESQL", "SQLITE", "Clock", "Connection", "Published", "Store"]
