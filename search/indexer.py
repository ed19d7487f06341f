"""Feeds an index from a stream of changes: in order, in batches, again after any crash."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from search.backends.base import Backend
from search.model import Change, Document

#: Rows of one batch; with the stream's own order this bounds how late a change is seen.
BATCH = 500


@dataclass(frozen=True)
class Batch:
    """Changes in their order up to and with ``upto_seq``; several of one id are allowed."""

    changes: tuple[Change, ...]
    upto_seq: int


class Source(Protocol):
    """Where changes come from: the site's outbox, read in order."""

    def after(self, seq: int, most: int) -> Batch | None:
        """Up to ``most`` changes that follow ``seq``, each read anew; None when there are none."""
        ...

    def all_documents(self) -> Iterable[Document]:
        """Every document that belongs into the index now."""
        ...

    def last_seq(self) -> int:
        """The newest sequence number there is."""
        ...


class Indexer:
    """Keeps one index up to date. Any call may be repeated after a crash."""

    def __init__(self, backend: Backend, source: Source, *, batch: int = BATCH) -> None:
        self._backend = backend
        self._source = source
        self._batch = batch

    def run_once(self) -> int:
        """Applies the next batch; how many changes it had, 0 when the index is up to date."""
        batch = self._source.after(self._backend.seq(), self._batch)
        if batch is None:
            return 0
        self._backend.apply(coalesced(batch.changes), batch.upto_seq)
        return len(batch.changes)

    def catch_up(self) -> int:
        """Applies batches until none is left; how many changes in all."""
        total = 0
        while applied := self.run_once():
            total += applied
        return total

    def rebuild(self) -> int:
        """Makes the index anew and catches up with what changed meanwhile; how many documents.

        The sequence is read first: changes made while documents are read are applied again.
        """
        seq = self._source.last_seq()
        count = self._backend.rebuild(self._source.all_documents(), seq)
        self.catch_up()
        return count

    def must_rebuild(self) -> bool:
        """Was the index made by another analysis chain, or is there none?"""
        return self._backend.stats()["state"] != "ready"


def coalesced(changes: Sequence[Change]) -> list[Change]:
    """The last change of every id, in the order in which these came."""
    last = {change.id: at for at, change in enumerate(changes)}
    return [change for at, change in enumerate(changes) if last[change.id] == at]


def wait_for(
    backend: Backend,
    seq: int,
    *,
    seconds: float = 1.0,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Waits until the index contains ``seq`` (an author's own page); False when time is up."""
    steps = max(1, round(seconds / 0.05))
    for _ in range(steps):
        if backend.seq() >= seq:
            return True
        sleep(0.05)
    return backend.seq() >= seq
