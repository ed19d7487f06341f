"""Facets: counts, multi-select, the classification tree."""

from __future__ import annotations

from search.backends.whoosh import WhooshBackend
from search.model import Facet, Query
from tests.unit.search.conftest import Indexed, market

PUBLIC = frozenset({"public"})


def counted(facet: Facet) -> dict[str, int]:
    return {value.value: value.count for value in facet.values}


def asked(backend: WhooshBackend, *facets: str, **filters: frozenset[str]) -> dict[str, Facet]:
    query = Query(filters={"visibility": PUBLIC, **filters}, facets=facets)
    return {facet.name: facet for facet in backend.search(query).facets}


def test_a_count_is_what_choosing_the_value_shows(indexed: Indexed) -> None:
    backend = indexed(market())
    for facet in asked(backend, "cluster", "region", "kind", "ipc").values():
        assert facet.values
        for value in facet.values:
            chosen = {"visibility": PUBLIC, facet.name: frozenset({value.value})}
            assert backend.search(Query(filters=chosen)).total == value.count


def test_a_facet_s_own_filter_does_not_narrow_its_own_counts(indexed: Indexed) -> None:
    backend = indexed(market())
    free = asked(backend, "cluster", "region")
    chosen = asked(backend, "cluster", "region", cluster=frozenset({"bearings"}))
    assert counted(chosen["cluster"]) == counted(free["cluster"])
    assert counted(chosen["region"]) == {"330624": 3}
    assert [value.value for value in chosen["cluster"].values if value.selected] == ["bearings"]


def test_values_of_one_key_are_alternatives_and_keys_are_all_required(indexed: Indexed) -> None:
    backend = indexed(market())
    both = {"cluster": frozenset({"bearings", "robots"}), "visibility": PUBLIC}
    assert backend.search(Query(filters=both)).total == 4
    assert backend.search(Query(filters={**both, "kind": frozenset({"demand"})})).total == 1
    assert backend.search(Query(filters={**both, "kind": frozenset()})).total == 4


def test_a_chosen_value_without_records_is_still_shown(indexed: Indexed) -> None:
    facets = asked(indexed(market()), "cluster", cluster=frozenset({"nothing"}))
    assert counted(facets["cluster"])["nothing"] == 0


def test_the_tree_is_browsed_level_by_level(indexed: Indexed) -> None:
    backend = indexed(market())
    facets = asked(backend, "ipc", "ipc/F", "ipc/F16", "ipc/F16C", "ipc/F16C33")
    assert counted(facets["ipc"]) == {"F": 4, "H": 1, "B": 1}
    assert counted(facets["ipc/F"]) == {"F16": 3, "F25": 1, "F28": 1}
    assert counted(facets["ipc/F16"]) == {"F16C": 2, "F16H": 1}
    assert counted(facets["ipc/F16C"]) == {"F16C19": 1, "F16C33": 1}
    assert counted(facets["ipc/F16C33"]) == {"F16C33/64": 1}


def test_a_filter_on_a_symbol_takes_its_whole_subtree(indexed: Indexed) -> None:
    backend = indexed(market())
    for symbol, total in (("F", 4), ("F16C", 2), ("f16c 33", 1), ("F16C33/64", 1), ("C07D", 0)):
        assert backend.search(Query(filters={"ipc": frozenset({symbol})})).total == total


def test_more_says_that_values_were_left_out(indexed: Indexed) -> None:
    backend = indexed(market())
    query = Query(filters={"visibility": PUBLIC}, facets=("cluster",), facet_limit=2)
    (facet,) = backend.search(query).facets
    assert len(facet.values) == 2
    assert facet.more
    assert not asked(backend, "kind")["kind"].more


def test_the_total_is_exact_up_to_its_bound(indexed: Indexed) -> None:
    backend = indexed(market())
    page = backend.search(Query(filters={"visibility": PUBLIC}, count_bound=5))
    assert (page.total, page.total_exact) == (5, False)
    page = backend.search(Query(filters={"visibility": PUBLIC}, count_bound=7))
    assert (page.total, page.total_exact) == (7, True)
    assert backend.count(Query(filters={"visibility": PUBLIC}, count_bound=5)) == 7
