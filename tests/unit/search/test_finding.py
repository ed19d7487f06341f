"""What a visitor types and what comes back, on a small market."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.backends.whoosh import WhooshBackend
from search.model import Query
from search.synonym_pairs import PAIRS
from search.synonyms import Synonyms
from tests.unit.search.conftest import NOW_MS, Indexed, market, record

PUBLIC = {"visibility": frozenset({"public"})}


@pytest.fixture
def backend(indexed: Indexed) -> WhooshBackend:
    return indexed(market())


def ids(backend: WhooshBackend, text: str, **query: object) -> list[str]:
    asked = Query(text=text, filters=PUBLIC, now_ms=NOW_MS)
    return [hit.id for hit in backend.search(replace(asked, **query)).hits]  # type: ignore[arg-type]


def test_a_chinese_word_finds_its_records_the_title_first(backend: WhooshBackend) -> None:
    assert set(ids(backend, "轴承")) == {"listing:1", "listing:2", "demand:1"}
    assert ids(backend, "谐波减速器") == ["listing:5"]


def test_traditional_characters_find_the_same(backend: WhooshBackend) -> None:
    assert ids(backend, "軸承套圈") == ids(backend, "轴承套圈")
    assert ids(backend, "軸承套圈")[0] == "listing:2"


@pytest.mark.parametrize("text", ["bearing", "Bearings", "BEARING", "zhoucheng", "zhou cheng"])
def test_english_and_pinyin_find_the_chinese_records(backend: WhooshBackend, text: str) -> None:
    assert {"listing:1", "listing:2", "demand:1"} == set(ids(backend, text))


def test_english_names_of_several_words_are_one_thing(backend: WhooshBackend) -> None:
    page = backend.search(Query(text="tapered roller bearing for hub", filters=PUBLIC))
    assert page.hits[0].id == "listing:1"
    shown = {each.word: each.others for each in page.expansions}
    assert "圆锥滚子轴承" in shown["tapered roller bearing"]


def test_a_run_of_pinyin_is_read_as_words(backend: WhooshBackend) -> None:
    assert ids(backend, "gutaidianchi") == ["listing:4"]


def test_a_chinese_word_finds_an_english_text(indexed: Indexed) -> None:
    backend = indexed([record("a", "CNC lathe with tapered roller bearings")])
    assert ids(backend, "圆锥滚子轴承") == ["a"]


def test_translations_are_shown_and_can_be_switched_off(backend: WhooshBackend) -> None:
    page = backend.search(Query(text="bearing", filters=PUBLIC))
    assert [(each.word, each.source) for each in page.expansions] == [("bearing", "synonyms")]
    assert backend.search(Query(text="bearing", filters=PUBLIC, translate=False)).total == 0


def test_substrings_across_word_borders_are_found(backend: WhooshBackend) -> None:
    assert ids(backend, "圈超")[0] == "listing:2"
    assert ids(backend, "断纱检")[0] == "demand:2"


def test_a_single_character_finds_every_text_with_it(backend: WhooshBackend) -> None:
    assert ids(backend, "纱") == ["demand:2"]


def test_units_and_codes_are_found_in_other_spellings(backend: WhooshBackend) -> None:
    assert ids(backend, "lifepo4") == ["listing:4"]
    assert ids(backend, "5G NR") == ["listing:5"]
    assert ids(backend, "3mS/cm 电导率")[0] == "listing:4"


def test_full_matches_come_first_and_partial_ones_under_a_line(backend: WhooshBackend) -> None:
    page = backend.search(Query(text="轴承噪声检测", filters=PUBLIC))
    assert page.hits[0].id == "demand:1"
    assert page.full_total == page.partial_from == 1
    assert [hit.full_match for hit in page.hits] == [True] + [False] * (len(page.hits) - 1)
    assert len(page.hits) > 2


def test_function_words_of_a_question_do_not_matter(backend: WhooshBackend) -> None:
    page = backend.search(Query(text="请问有没有用于热泵的换热器？", filters=PUBLIC))
    assert page.hits[0].id == "listing:3"
    assert page.hits[0].full_match


def test_a_query_of_function_words_alone_still_finds(backend: WhooshBackend) -> None:
    assert "listing:1" in ids(backend, "一种")


def test_nothing_hidden_is_found_counted_or_suggested(backend: WhooshBackend) -> None:
    page = backend.search(Query(text="热处理", filters=PUBLIC, facets=("cluster",)))
    assert (page.total, page.hits) == (0, ())
    assert [value for facet in page.facets for value in facet.values if value.count] == []
    assert backend.suggest("保密", 5) == ()


@pytest.mark.parametrize("text", ["!!!", "，。", "***", "()", "\x00"])
def test_signs_alone_find_nothing_and_break_nothing(backend: WhooshBackend, text: str) -> None:
    page = backend.search(Query(text=text, facets=("kind",)))
    assert (page.total, page.hits) == (0, ())


def test_without_text_everything_comes_newest_first(backend: WhooshBackend) -> None:
    assert ids(backend, "")[:3] == ["listing:3", "listing:1", "demand:1"]
    assert backend.search(Query(text="  ", filters=PUBLIC)).full_total == 7


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("newest", ["listing:3", "listing:1"]),
        ("price_asc", ["listing:2", "listing:1", "listing:5", "listing:4"]),
        ("price_desc", ["listing:4", "listing:5", "listing:1", "listing:2"]),
        ("ending", ["demand:2", "demand:1"]),
        ("trl", ["listing:2", "listing:1", "listing:5"]),
    ],
)
def test_every_order_puts_what_lacks_the_number_last(
    backend: WhooshBackend, sort: str, first: list[str]
) -> None:
    found = ids(backend, "", sort=sort)
    assert found[: len(first)] == first
    assert len(found) == 7


def test_a_record_whose_end_has_passed_is_not_ending_soon(backend: WhooshBackend) -> None:
    assert ids(backend, "", sort="ending").index("listing:5") >= 2


def test_a_range_includes_both_ends_and_leaves_out_what_has_no_number(
    backend: WhooshBackend,
) -> None:
    found = ids(backend, "", ranges={"price_minor": (20_000_00, 80_000_00)}, sort="price_asc")
    assert found == ["listing:2", "listing:1", "listing:5"]
    assert ids(backend, "", ranges={"price_minor": (None, 20_000_00)}) == ["listing:2"]


def test_pages_follow_each_other_without_gap_or_double(backend: WhooshBackend) -> None:
    found: list[str] = []
    query = Query(filters=PUBLIC, page_size=2)
    while True:
        page = backend.search(query)
        found += [hit.id for hit in page.hits]
        if page.next_cursor is None:
            break
        query = replace(query, cursor=page.next_cursor)
    assert found == ids(backend, "")


def test_a_new_record_between_two_pages_moves_nothing(backend: WhooshBackend) -> None:
    from search.model import Change

    query = Query(filters=PUBLIC, page_size=3)
    first = backend.search(query)
    late = record("listing:99", "刚刚发布", numbers={"published_ms": NOW_MS + 1})
    backend.apply([Change.put(late)], 2)
    second = backend.search(replace(query, cursor=first.next_cursor))
    assert not {hit.id for hit in first.hits} & {hit.id for hit in second.hits}


def test_freshness_verification_and_offer_only_settle_near_ties(indexed: Indexed) -> None:
    backend = indexed(
        [
            record("a", "数控机床夹具", numbers={"verified": 0}),
            record("b", "数控机床夹具", numbers={"verified": 1, "on_sale": 1}),
            record(
                "c", "数控机床夹具", numbers={"verified": 1, "on_sale": 1, "published_ms": NOW_MS}
            ),
            record(
                "d",
                "与此无关的别的设备",
                summary="夹具",
                numbers={"verified": 1, "published_ms": NOW_MS},
            ),
        ]
    )
    assert ids(backend, "数控机床夹具") == ["c", "b", "a", "d"]
    best, worst = backend.search(Query(text="数控机床夹具", now_ms=NOW_MS)).hits[:3:2]
    assert best.score / worst.score <= 1.2001


def test_similar_records_are_found_without_the_record_itself(backend: WhooshBackend) -> None:
    similar = backend.like("listing:1", 3, filters=PUBLIC)
    assert {"listing:2", "demand:1"} <= set(similar)
    assert not {"listing:1", "listing:6"} & set(similar)
    assert backend.like("listing:404", 3) == ()


def test_the_curated_pairs_are_many_and_cover_the_six_clusters() -> None:
    assert len(PAIRS) >= 250
    synonyms = Synonyms.curated()
    for english in ("bearing", "vaccine", "loom", "compressor", "clutch", "robot"):
        assert synonyms.chinese_for((english,)), english
    assert "冷媒" in synonyms.others_for("制冷剂")
    assert Synonyms.none().chinese_for(("bearing",)) == ()


def test_an_empty_index_answers_with_an_empty_page(tmp_path: object) -> None:
    from pathlib import Path

    from search.engine import open_backend

    backend = open_backend(Path(str(tmp_path)) / "nothing-here")
    page = backend.search(Query(text="轴承", facets=("kind",)))
    assert (page.total, page.hits, page.seq) == (0, (), 0)
    assert backend.suggest("轴", 3) == ()
    assert backend.terms("轴", 3) == ()
    assert backend.like("x", 3) == ()
    assert list(backend.versions()) == []
    assert (backend.seq(), backend.stats()["state"]) == (0, "empty")
