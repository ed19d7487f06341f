"""The index folder: batches, crashes, rebuilds, one writer, many readers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from search.backends import whoosh_writer
from search.backends.whoosh import WhooshBackend
from search.engine import LEXICON_FILE, default_synonyms, open_backend
from search.errors import IndexUnusable, SearchRefused
from search.lexicon import Lexicon
from search.model import Change, Document, Query
from tests.unit.search.conftest import Indexed, market, record


def put(*documents: Document) -> list[Change]:
    return [Change.put(document) for document in documents]


def found(backend: WhooshBackend, text: str) -> set[str]:
    return {hit.id for hit in backend.search(Query(text=text, page_size=100)).hits}


def test_the_last_of_a_doubled_id_counts(indexed: Indexed) -> None:
    backend = indexed([])
    backend.apply(put(record("a", "轴承"), record("b", "齿轮"), record("a", "电机", version=2)), 2)
    assert sorted(backend.versions()) == [("a", 2), ("b", 1)]
    assert (found(backend, "轴承"), found(backend, "电机")) == (set(), {"a"})
    backend.apply([*put(record("c", "丝杠")), Change("c", None)], 3)
    assert sorted(backend.versions()) == [("a", 2), ("b", 1)]


def test_a_withdrawn_record_never_comes_back(indexed: Indexed) -> None:
    backend = indexed(market())
    reader = open_backend(backend._folder)
    assert "listing:2" in found(reader, "轴承")
    backend.apply([Change("listing:2", None)], 2)
    for seq in range(3, 9):
        assert reader.seq() == seq - 1
        assert "listing:2" not in found(reader, "轴承")
        assert "listing:2" not in found(reader, "")
        backend.apply(put(record(f"new:{seq}", "轴承座")), seq)
    backend.merge()
    assert "listing:2" not in found(reader, "轴承")
    assert "listing:2" not in dict(reader.versions())
    reader.close()


def test_a_new_version_replaces_the_old_one_at_once(indexed: Indexed) -> None:
    backend = indexed([record("a", "轴承")])
    for version in range(2, 12):
        title = "轴承" if version % 2 else "齿轮"
        backend.apply(put(record("a", title, version=version)), version)
        assert found(backend, title) == {"a"}
        assert found(backend, "齿轮" if version % 2 else "轴承") == set()
        assert backend.stats()["documents"] == 1


def test_a_batch_that_was_applied_is_not_applied_again(indexed: Indexed) -> None:
    backend = indexed([record("a", "轴承")])
    assert not backend.apply(put(record("b", "齿轮")), 1)
    assert backend.apply([], 5)
    assert backend.seq() == 5
    assert dict(backend.versions()) == {"a": 1}


def test_segments_stay_few_under_many_small_batches(indexed: Indexed) -> None:
    backend = indexed([])
    for seq in range(2, 90):
        backend.apply(put(record(f"r:{seq}", f"轴承{seq}"), record(f"s:{seq}", "电机")), seq)
    assert int(backend.stats()["segments"]) <= 6
    assert backend.stats()["documents"] == 176
    backend.merge()
    assert (backend.stats()["segments"], backend.stats()["documents"]) == (1, 176)


def test_a_reader_answers_while_batches_and_rebuilds_go_on(indexed: Indexed) -> None:
    backend = indexed(market())
    reader = open_backend(backend._folder)
    errors: list[Exception] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                assert "listing:1" in found(reader, "轴承")
                assert reader.suggest("zhou", 3)
            except Exception as error:
                errors.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for seq in range(2, 12):
        backend.apply(put(record(f"x:{seq}", "轴承")), seq)
        if seq % 4 == 0:
            backend.rebuild(market(), seq + 100)
            backend.apply([], seq + 101)
            break
    stop.set()
    for thread in threads:
        thread.join()
    reader.close()
    assert errors == []


@pytest.mark.fault("F22")
def test_a_rebuild_swaps_in_one_step_and_a_failing_one_changes_nothing(indexed: Indexed) -> None:
    backend = indexed(market())

    def broken() -> object:
        yield record("only", "轴承")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        backend.rebuild(broken(), 9)  # type: ignore[arg-type]
    assert (backend.seq(), backend.stats()["documents"]) == (1, 8)
    documents = [record("a", "轴承"), record("b", "齿轮"), record("a", "电机", version=2)]
    assert backend.rebuild(documents, 9) == 2
    assert (backend.seq(), dict(backend.versions())) == (9, {"a": 2, "b": 1})
    assert len(list(backend._folder.glob("g-*"))) == 1


def test_a_failing_batch_changes_nothing_and_the_next_one_works(indexed: Indexed) -> None:
    backend = indexed(market())
    with pytest.raises(ValueError, match="id"):
        backend.apply(put(record("", "没有编号")), 2)
    with pytest.raises(TypeError):
        backend.apply(put(record("bad", None)), 2)  # type: ignore[arg-type]
    assert (backend.seq(), backend.stats()["documents"]) == (1, 8)
    assert backend.apply(put(record("good", "轴承")), 2)
    assert "good" in found(backend, "轴承")


def test_one_process_writes_and_says_so_to_the_second(tmp_path: Path) -> None:
    writer = open_backend(tmp_path, writable=True)
    code = (
        "import sys, pathlib\n"
        "from search.engine import open_backend\n"
        "from search.errors import IndexUnusable\n"
        "try: open_backend(pathlib.Path(sys.argv[1]), writable=True)\n"
        "except IndexUnusable as error: print(error.code)\n"
    )
    second = [sys.executable, "-c", code, str(tmp_path)]
    assert subprocess.run(second, capture_output=True, text=True, check=True).stdout == "locked\n"
    writer.close()
    assert subprocess.run(second, capture_output=True, text=True, check=True).stdout == ""


def test_a_reader_cannot_write(indexed: Indexed) -> None:
    reader = open_backend(indexed(market())._folder)
    for call in (lambda: reader.apply([], 9), lambda: reader.rebuild([], 9), reader.merge):
        with pytest.raises(IndexUnusable, match="read_only"):
            call()
    reader.close()


def test_an_index_of_another_chain_says_so_until_it_is_rebuilt(
    indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = indexed(market())
    assert backend.stats()["state"] == "ready"
    monkeypatch.setattr(whoosh_writer, "FORMAT", whoosh_writer.FORMAT + 1)
    folder = backend._folder
    backend.close()
    backend = open_backend(folder, writable=True)
    assert backend.stats()["state"] == "outdated"
    assert "listing:1" in found(backend, "轴承")
    with pytest.raises(IndexUnusable, match="fingerprint"):
        backend.apply([], 2)
    backend.rebuild(market(), 2)
    assert (backend.stats()["state"], backend.seq()) == ("ready", 2)
    assert backend.apply([], 3)
    backend.close()


def test_terms_are_listed_in_order(indexed: Indexed) -> None:
    terms = indexed(market()).terms("轴", 3)
    assert terms == tuple(sorted(terms))
    assert "轴承" in terms
    assert all(term.startswith("轴") for term in terms)


def test_a_lexicon_beside_the_index_is_used_and_a_strange_one_left_out(tmp_path: Path) -> None:
    Lexicon({"gizmo": (("轴承", 0.9),)}).save(tmp_path / LEXICON_FILE)
    writer = open_backend(tmp_path, writable=True)
    writer.apply(put(*market()), 1)
    page = writer.search(Query(text="gizmo"))
    assert "listing:1" in {hit.id for hit in page.hits}
    assert page.expansions[0].source == "lexicon"
    (tmp_path / LEXICON_FILE).write_text(json.dumps({"format": 99}))
    assert default_synonyms(tmp_path).lexicon == Lexicon.empty()
    writer.close()


WRITER = """
import pathlib, sys
from search.engine import open_backend
from search.model import Change
from tests.unit.search.conftest import record
writer = open_backend(pathlib.Path(sys.argv[1]), writable=True)
seq = writer.seq()
while True:
    seq += 1
    batch = [Change.put(record(f"r:{n}", f"轴承{n}", version=seq)) for n in range(seq % 5, 40, 5)]
    batch.append(Change(f"r:{seq % 40}", None))
    writer.apply(batch, seq)
    print(seq, flush=True)
"""


def expected(seq: int) -> dict[str, int]:
    """What the child's index holds after ``seq``."""
    held: dict[str, int] = {}
    for at in range(1, seq + 1):
        held.update({f"r:{n}": at for n in range(at % 5, 40, 5)})
        held.pop(f"r:{at % 40}", None)
    return held


@pytest.mark.fault("F22")
def test_a_killed_writer_leaves_a_whole_generation_every_time(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    reader = open_backend(tmp_path)
    before = 0
    for round_number in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)],
            stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        assert child.stdout is not None
        told = [int(child.stdout.readline()) for _ in range(4)]
        time.sleep(0.03 * round_number)
        child.send_signal(signal.SIGKILL)
        child.wait()
        told += [int(line) for line in child.stdout.read().split()]
        child.stdout.close()
        seq = reader.seq()
        assert seq in (told[-1], told[-1] + 1)
        assert seq > before
        assert dict(reader.versions()) == expected(seq)
        assert found(reader, "轴承") == set(expected(seq))
        before = seq
    writer = open_backend(tmp_path, writable=True)
    assert writer.apply(put(record("after", "轴承")), before + 1)
    assert "after" in found(reader, "轴承")
    writer.close()
    reader.close()


def test_refusals_carry_code_and_facts() -> None:
    refused = SearchRefused("text_too_long", length=2000, limit=1000)
    assert (refused.code, refused.facts["limit"]) == ("text_too_long", 1000)
