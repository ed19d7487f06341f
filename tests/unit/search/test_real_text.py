"""S2 and S3 in small, on the shared real data (skipped where it is absent)."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.backends.whoosh import WhooshBackend
from search.engine import open_backend
from search.evaluate import mean
from search.model import Document, Query
from tests.bench import search_data
from tests.shared_data import shared

HAN = re.compile("[\u4e00-\u9fff]{2,}")


@pytest.fixture(scope="module")
def real(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[WhooshBackend, list[Document]]]:
    """2,000 of the real achievements, demands and patents, indexed once."""
    shared("data/patents_zh.jsonl.gz")
    every = [each for each in search_data.everything() if each.kind != "paper"]
    documents = random.Random(1).sample(every, 2_000)
    backend = open_backend(tmp_path_factory.mktemp("real"), writable=True)
    backend.rebuild(documents, 1)
    yield backend, documents
    backend.close()


def finds(backend: WhooshBackend, text: str, identity: str) -> bool:
    """Is the record among the full matches of the text?"""
    query = Query(text=text, page_size=100)
    while True:
        page = backend.search(query)
        full = [hit.id for hit in page.hits if hit.full_match]
        if identity in full:
            return True
        if page.next_cursor is None or len(full) < len(page.hits):
            return False
        query = Query(text=text, page_size=100, cursor=page.next_cursor)


def test_substrings_of_real_text_find_their_record(
    real: tuple[WhooshBackend, list[Document]],
) -> None:
    backend, documents = real
    chance = random.Random(20_261_122)
    missed = []
    for _ in range(500):
        document = chance.choice(documents)
        runs = HAN.findall(f"{document.title}。{document.summary}")
        if not runs:
            continue
        run = chance.choice(runs)
        length = min(len(run), chance.choice((2, 3, 4)))
        start = chance.randrange(len(run) - length + 1)
        text = run[start : start + length]
        if not finds(backend, text, document.id):
            missed.append(text)
    assert len(missed) <= 1, missed


def test_titles_find_their_records(real: tuple[WhooshBackend, list[Document]]) -> None:
    backend, documents = real
    chance = random.Random(7)
    sample = chance.sample([each for each in documents if each.title], 200)
    same = {}
    for document in documents:
        same.setdefault(document.title, set()).add(document.id)
    found = [
        bool(
            same[each.title]
            & {hit.id for hit in backend.search(Query(text=each.title[:1000], page_size=10)).hits}
        )
        for each in sample
    ]
    assert mean(found) >= 0.985


def test_real_numbers_find_their_records(real: tuple[WhooshBackend, list[Document]]) -> None:
    backend, documents = real
    numbered = [each for each in documents if each.codes]
    for document in random.Random(3).sample(numbered, 100):
        for code in document.codes:
            page = backend.search(Query(text=f" {code.lower()} ", page_size=100))
            assert document.id in {hit.id for hit in page.hits}, code


def test_facets_over_the_real_data_add_up(real: tuple[WhooshBackend, list[Document]]) -> None:
    backend, documents = real
    page = backend.search(Query(facets=("kind",), count_bound=100_000))
    assert page.total == len(documents)
    (kinds,) = page.facets
    assert sum(value.count for value in kinds.values) == len(documents)
    assert Path(backend._folder).exists()
