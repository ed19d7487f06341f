"""Filters and facet counts over columns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from search.columns import TREE_KEY, Columns, Dictionary, Ints, Mask
from search.ipc import canonical, parent
from search.model import Facet, FacetValue, Query


def filter_masks(query: Query, columns: Columns, dictionary: Dictionary) -> dict[str, Mask]:
    """Per filtered key the records with one of its values; an empty choice filters nothing."""
    masks: dict[str, Mask] = {}
    for key, values in query.filters.items():
        if values:
            wanted = (canonical(value) for value in values) if key == TREE_KEY else values
            masks[key] = columns.having(key, dictionary[key].known(wanted))
    return masks


def range_mask(query: Query, columns: Columns) -> Mask:
    """The records inside all ranges."""
    mask = np.ones(columns.rows, np.bool_)
    for name, (low, high) in query.ranges.items():
        if low is not None or high is not None:
            mask &= columns.within(name, low, high)
    return mask


def allowed(masks: Mapping[str, Mask], base: Mask, but: str | None = None) -> Mask:
    """``base`` narrowed by every filter except the one on ``but``."""
    mask = base
    for key, each in masks.items():
        if key != but:
            mask = mask & each
    return mask


def facets(
    query: Query, columns: Columns, dictionary: Dictionary, *, base: Mask, masks: dict[str, Mask]
) -> tuple[Facet, ...]:
    """The asked facets; each counted without its own filter."""
    made = []
    everywhere = allowed(masks, base)
    for name in query.facets:
        key, _, above = name.partition("/")
        names = dictionary[key]
        chosen = allowed(masks, base, but=key) if key in masks else everywhere
        counts = columns.counts(key, chosen, names)
        made.append(_facet(name, _listed(key, above, names.values, counts), query))
    return tuple(made)


def _listed(key: str, above: str, values: list[str], counts: Ints) -> list[tuple[str, int]]:
    used = [(values[code], int(counts[code])) for code in np.flatnonzero(counts)]
    if key != TREE_KEY:
        return used
    top = canonical(above) if above else ""
    return [(value, count) for value, count in used if parent(value) == top]


def _facet(name: str, used: list[tuple[str, int]], query: Query) -> Facet:
    """The most frequent values, with the chosen ones even when they have no record."""
    selected = query.filters.get(name.partition("/")[0], frozenset())
    counted = dict(used)
    for value in selected:
        if "/" not in name and not (name == TREE_KEY and parent(value)):
            counted.setdefault(value, 0)
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    first = ranked[: query.facet_limit]
    late = [item for item in ranked[query.facet_limit :] if item[0] in selected]
    shown = tuple(FacetValue(value, count, value in selected) for value, count in first + late)
    return Facet(name, shown, more=len(ranked) > len(shown))
