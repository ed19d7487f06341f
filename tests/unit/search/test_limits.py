"""Limits: one error type with a code, before anything runs."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from search.errors import SearchRefused
from search.limits import Budget, Gate, Meter
from search.model import Query
from tests.unit.search.conftest import Indexed, market


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (Query(text="轴" * 1001), "text_too_long"),
        (Query(facets=tuple(f"f{n}" for n in range(13))), "too_many_facets"),
        (Query(filters={f"k{n}": frozenset({"v"}) for n in range(25)}), "too_many_filters"),
        (Query(filters={"k": frozenset(map(str, range(201)))}), "too_many_values"),
        (Query(page_size=101), "page_size"),
        (Query(page_size=-1), "page_size"),
        (Query(sort="paid"), "bad_sort"),
        (Query(ranges={"trl": (None, 2**63)}), "bad_range"),
        (Query(cursor="nonsense"), "bad_cursor"),
        (Query(cursor="é"), "bad_cursor"),
        (Query(cursor="W10"), "bad_cursor"),
        (Query(cursor="W1tbW1tbW1tbW1tbW10"), "bad_cursor"),
    ],
)
def test_a_query_beyond_a_limit_is_refused_with_its_code(
    indexed: Indexed, query: Query, code: str
) -> None:
    with pytest.raises(SearchRefused) as refused:
        indexed(market()).search(query)
    assert refused.value.code == code


def test_a_query_at_the_limit_runs(indexed: Indexed) -> None:
    backend = indexed(market())
    page = backend.search(Query(text="轴承" * 500))
    assert page.total
    long = backend.search(Query(text=" ".join(f"词{chr(0x4E00 + n)}{n}" for n in range(90))))
    assert long.shortened


def test_a_cursor_belongs_to_its_query(indexed: Indexed) -> None:
    backend = indexed(market())
    first = backend.search(Query(page_size=2))
    with pytest.raises(SearchRefused, match="bad_cursor"):
        backend.search(Query(text="轴承", cursor=first.next_cursor))


def test_the_window_ends_after_ten_thousand(
    indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search import paging
    from search.backends import pages

    monkeypatch.setattr(paging, "WINDOW", 4)
    monkeypatch.setattr(pages, "WINDOW", 4)
    backend = indexed(market())
    query = Query(page_size=3)
    first = backend.search(query)
    second = backend.search(replace(query, cursor=first.next_cursor))
    assert (len(second.hits), second.next_cursor) == (1, None)
    beyond = paging.write_cursor(query, paging.Place((0.0, 0.0, 0.0, 0.0), 4))
    with pytest.raises(SearchRefused, match="page_window"):
        backend.search(replace(query, cursor=beyond))


def test_a_budget_bounds_what_a_query_reads(indexed: Indexed) -> None:
    backend = indexed(market())
    with pytest.raises(SearchRefused, match="too_costly"):
        backend.search(Query(text="轴承"), Budget(postings=2))
    with pytest.raises(SearchRefused, match="deadline"):
        backend.search(Query(text="轴承"), Budget(seconds=-1.0))


def test_the_meter_takes_its_time_from_the_clock() -> None:
    now = [0.0]
    meter = Meter.start(Budget(seconds=2.0), clock=lambda: now[0])
    now[0] = 1.9
    meter.check_time()
    now[0] = 2.1
    with pytest.raises(SearchRefused, match="deadline"):
        meter.check_time()


def test_only_so_many_searches_run_at_once() -> None:
    gate = Gate(places=1, patience_seconds=0.05)
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with gate.entered():
            inside.set()
            leave.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(5)
    with pytest.raises(SearchRefused, match="busy"), gate.entered():
        pass
    leave.set()
    thread.join()
    with gate.entered():
        pass
