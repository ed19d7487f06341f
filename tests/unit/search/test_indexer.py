"""The indexer: in order, in batches, again after a crash."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from search.engine import open_backend
from search.indexer import Batch, Indexer, coalesced, wait_for
from search.model import Change, Document, Query
from tests.unit.search.conftest import Indexed, record


class Outbox:
    """Rows as a site would hold them: (seq, id), with the current state read at delivery."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.current: dict[str, Document] = {}
        self.during_rebuild: list[Document] = []

    def save(self, document: Document) -> None:
        self.current[document.id] = document
        self.rows.append(document.id)

    def remove(self, identity: str) -> None:
        self.current.pop(identity)
        self.rows.append(identity)

    def after(self, seq: int, most: int) -> Batch | None:
        rows = self.rows[seq : seq + most]
        if not rows:
            return None
        changes = tuple(Change(identity, self.current.get(identity)) for identity in rows)
        return Batch(changes, seq + len(rows))

    def all_documents(self) -> Iterable[Document]:
        held = list(self.current.values())
        for document in self.during_rebuild:
            self.save(document)
        return held

    def last_seq(self) -> int:
        return len(self.rows)


def test_changes_arrive_in_batches_until_none_is_left(tmp_path: Path) -> None:
    outbox, backend = Outbox(), open_backend(tmp_path, writable=True)
    indexer = Indexer(backend, outbox, batch=3)
    for number in range(7):
        outbox.save(record(f"r:{number}", "轴承"))
    outbox.remove("r:0")
    outbox.save(record("r:1", "齿轮", version=2))
    assert indexer.run_once() == 3
    assert backend.seq() == 3
    assert indexer.catch_up() == 6
    assert indexer.run_once() == 0
    assert (backend.seq(), len(dict(backend.versions()))) == (9, 6)
    assert [hit.id for hit in backend.search(Query(text="齿轮")).hits] == ["r:1"]
    backend.close()


def test_a_rebuild_contains_what_changed_while_it_ran(tmp_path: Path) -> None:
    outbox, backend = Outbox(), open_backend(tmp_path, writable=True)
    indexer = Indexer(backend, outbox)
    assert indexer.must_rebuild()
    outbox.save(record("a", "轴承"))
    outbox.during_rebuild = [record("b", "齿轮"), record("a", "电机", version=2)]
    assert indexer.rebuild() == 1
    assert dict(backend.versions()) == {"a": 2, "b": 1}
    assert backend.seq() == outbox.last_seq() == 3
    assert not indexer.must_rebuild()
    backend.close()


def test_coalescing_keeps_the_last_change_of_an_id_in_order() -> None:
    first, second = record("a", "一"), record("a", "二", version=2)
    changes = [Change.put(first), Change("b", None), Change.put(second)]
    assert coalesced(changes) == [Change("b", None), Change.put(second)]


def test_an_author_waits_for_the_own_change(indexed: Indexed) -> None:
    backend = indexed([record("a", "轴承")])
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            backend.apply([], 2)

    assert wait_for(backend, 2, sleep=sleep)
    assert len(slept) == 3
    assert not wait_for(backend, 3, seconds=0.2, sleep=lambda _: None)
