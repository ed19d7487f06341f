"""S1: the real engine and the obviously right one answer every query alike."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.backends.memory import MemoryBackend
from search.backends.whoosh import WhooshBackend
from search.model import Change, Document, Page, Query
from search.synonyms import Synonyms

#: One example asks 3-6 queries; S1's 2,000 pairs: MARKET_SEARCH_EXAMPLES=450.
EXAMPLES = int(os.environ.get("MARKET_SEARCH_EXAMPLES", "70"))
SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
NOW_MS = 1_800_000_000_000

WORDS = [
    "轴承",
    "滚动轴承",
    "圆锥滚子轴承",
    "润滑",
    "保持架",
    "自动控制",
    "智能机器人",
    "固态电池",
    "纺织机械",
    "热泵",
    "压缩机",
    "的",
    "一种",
    "装置",
    "方法",
    "钢",
    "茶",
    "bearing",
    "bearings",
    "LiFePO4",
    "5G-NR",
    "20kW",
    "20\u3000kW",
    "0.5mm",
    "CamelCase",
    "robot",
    "heat",
    "pump",
    "ＡＢＣ",
    "軸承",
    "潤滑",
    "zhoucheng",
    "runhua",
    "CN108123456A",
    "ZL201810123456.7",
    "H01M10/0525",
    "新昌",
    "浙江大学",
]
SEPARATORS = ("", "", "，", " ", "。", "-", "/")

texts = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(SEPARATORS)), min_size=0, max_size=9
).map(lambda pieces: "".join(word + separator for word, separator in pieces))
fragments = st.text("轴承滚动润滑自动控制机器人电池钢茶的热泵 ab5-", min_size=1, max_size=5)
optional = st.one_of(st.none(), st.integers(0, 5))
CODES = (
    "ZL201810123456.7",
    "201810123456.7",
    "CN108123456A",
    "CN108123456B",
    "95115608.X",
    "US10123456B2",
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document whose parts are drawn from few words, so that queries meet them."""
    choose = st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=2).map(tuple)
    symbols = st.lists(st.sampled_from(["H01M10/0525", "H01M 4/38", "F16C33/66", "A"]), max_size=2)
    return Document(
        id=f"listing:{draw(st.integers(0, 11))}",
        version=draw(st.integers(1, 9)),
        kind=draw(st.sampled_from(["patent", "demand"])),
        title=draw(texts),
        summary=draw(texts),
        body=draw(texts),
        keywords=tuple(draw(st.lists(st.sampled_from(WORDS), max_size=2))),
        applicant=draw(st.sampled_from(["", "新昌轴承有限公司", "浙江大学"])),
        title_en=draw(st.sampled_from(["", "rolling bearing", "heat pumps"])),
        keys={
            "region": draw(choose),
            "ipc": tuple(draw(symbols)),
            "visibility": draw(st.sampled_from([("public",), ("hidden",), ()])),
        },
        numbers={
            "price_minor": draw(optional),
            "trl": draw(optional),
            "published_ms": draw(
                st.one_of(st.none(), st.integers(0, 3).map(lambda n: NOW_MS - n * 10**10))
            ),
            "ends_ms": draw(st.one_of(st.none(), st.integers(-2, 2).map(lambda n: NOW_MS + n))),
            "verified": draw(st.sampled_from([0, 1])),
        },
        codes=tuple(draw(st.lists(st.sampled_from(CODES), max_size=1))),
    )


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Any mixture of text, filters, ranges, order and facets."""
    values = st.frozensets(st.sampled_from(["a", "b", "zzz"]), max_size=2)
    symbols = st.frozensets(
        st.sampled_from(["H", "H01M", "h01m 10", "F16C33/66", "Z99"]), max_size=2
    )
    filters = {}
    if draw(st.booleans()):
        filters["region"] = draw(values)
    if draw(st.integers(0, 3)) == 0:
        filters["ipc"] = draw(symbols)
    if draw(st.integers(0, 3)) == 0:
        filters["visibility"] = frozenset(["public"])
    ranges = {"price_minor": (draw(optional), draw(optional))} if draw(st.booleans()) else {}
    return Query(
        text=draw(st.one_of(texts, fragments, st.sampled_from(CODES), st.just(""))),
        filters=filters,
        ranges=ranges,
        sort=draw(
            st.sampled_from(["relevance", "newest", "price_asc", "price_desc", "ending", "trl"])
        ),
        page_size=draw(st.integers(1, 5)),
        facets=("region", "ipc", "ipc/H01", "kind"),
        facet_limit=draw(st.integers(1, 4)),
        now_ms=draw(st.sampled_from([None, NOW_MS])),
        translate=draw(st.booleans()),
        count_bound=draw(st.sampled_from([2, 1000])),
    )


@st.composite
def batches(draw: st.DrawFn) -> list[list[Change]]:
    """A history: several batches of puts and removals, with ids that come again."""
    put = documents().map(Change.put)
    remove = st.integers(0, 11).map(lambda n: Change(f"listing:{n}", None))
    one = st.lists(st.one_of(put, put, put, remove), min_size=1, max_size=8)
    return draw(st.lists(one, min_size=1, max_size=4))


def walk(backend: MemoryBackend | WhooshBackend, query: Query) -> list[Page]:
    """All pages of a query, following the cursor."""
    pages = [backend.search(query)]
    while pages[-1].next_cursor:
        assert len(pages) < 30
        pages.append(backend.search(replace(query, cursor=pages[-1].next_cursor)))
    return pages


def told(page: Page) -> Page:
    """What two engines must agree on; scores to five decimals."""
    hits = tuple(replace(hit, score=round(hit.score, 5)) for hit in page.hits)
    return replace(page, hits=hits, next_cursor=None, did_you_mean=None)


@SETTINGS
@given(history=batches(), asked=st.lists(queries(), min_size=3, max_size=6), rebuilt=st.booleans())
def test_whoosh_answers_like_the_oracle(
    history: list[list[Change]], asked: list[Query], rebuilt: bool
) -> None:
    synonyms = Synonyms.curated()
    oracle = MemoryBackend(synonyms)
    with tempfile.TemporaryDirectory() as folder:
        real = WhooshBackend(Path(folder), writable=True, synonyms=synonyms)
        reader = WhooshBackend(Path(folder), synonyms=synonyms)
        try:
            for seq, batch in enumerate(history, start=1):
                assert real.apply(batch, seq)
                oracle.apply(batch, seq)
                assert reader.seq() == seq
            if rebuilt:
                current = [record.document for record in oracle._records.values()]
                real.rebuild(current, len(history) + 1)
                oracle.rebuild(current, len(history) + 1)
            assert dict(reader.versions()) == dict(oracle.versions())
            for query in asked:
                mine, theirs = walk(reader, query), walk(oracle, query)
                assert [told(page) for page in mine] == [told(page) for page in theirs]
                found = [hit.id for page in mine for hit in page.hits]
                assert len(found) == len(set(found)) == reader.count(query)
            for identity in dict(oracle.versions()):
                assert reader.like(identity, 4) == oracle.like(identity, 4)
        finally:
            real.close()
            reader.close()


@settings(SETTINGS, max_examples=max(20, EXAMPLES // 10))
@given(history=batches())
def test_a_history_applied_twice_is_the_history_applied_once(history: list[list[Change]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        real = WhooshBackend(Path(folder), writable=True)
        for seq, batch in enumerate(history, start=1):
            assert real.apply(batch, seq)
            assert not real.apply(batch, seq)
            assert not real.apply(batch, seq - 1)
        last: dict[str, int | None] = {}
        for batch in history:
            for change in batch:
                last[change.id] = change.document.version if change.document else None
        kept = {key: version for key, version in last.items() if version is not None}
        assert dict(real.versions()) == kept
        real.merge()
        assert dict(real.versions()) == kept
        assert real.seq() == len(history)
        assert int(real.stats()["segments"]) == 1
        real.close()
