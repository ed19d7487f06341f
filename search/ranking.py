"""Runs a plan over posting arrays: which records match, how many concepts they cover, their score.

The formula is that of ``search.scoring``, written for whole columns at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from search.columns import Columns, Floats, Mask
from search.limits import Meter
from search.paging import MISSING, NUMBER_OF_SORT, SortKey
from search.plan import PAIR_WEIGHT, Plan, Way
from search.scoring import (
    COVERAGE_BONUS,
    DECIMALS,
    FRESH,
    FRESH_HALF_LIFE_MS,
    ON_SALE,
    SATURATION,
    VERIFIED,
    least_covered,
    rarity,
)

Rows = NDArray[np.int32]
Weights = NDArray[np.float32]


class Postings(Protocol):
    """Where posting arrays come from."""

    columns: Columns
    documents: int
    damping: Floats
    live: Mask

    def postings(self, term: str) -> tuple[Rows, Weights]:
        """Live rows with a term, rising, and their weights."""
        ...


@dataclass(frozen=True)
class Found:
    """Per row: is it shown, has it everything, its score before preferences."""

    matched: Mask
    full: Mask
    scores: Floats


def everything(index: Postings) -> Found:
    """What an empty text finds: every record, fully."""
    return Found(index.live, index.live, np.zeros(index.columns.rows))


def evaluate(plan: Plan, index: Postings, meter: Meter) -> Found:
    """Runs a plan; SearchRefused too_costly or deadline."""
    rows = index.columns.rows
    scores = np.zeros(rows)
    covered, touched = np.zeros(rows, np.int16), np.zeros(rows, np.int16)
    known = spent = 0
    for concept in plan.concepts:
        frequency, read = _frequency(concept.ways, index)
        loose, read_loosely = _frequency(concept.loose, index)
        spent += read + read_loosely
        meter.check_cost(spent)
        meter.check_time()
        having = np.flatnonzero(frequency)
        partly = np.flatnonzero((loose > 0) & (frequency == 0))
        covered[having] += 1
        touched[having] += 1
        touched[partly] += 1
        scores[having] += _worth(frequency[having], having, index)
        scores[partly] += _worth(loose[partly], partly, index)
        known += bool(having.size or partly.size)
    for pair in plan.pairs:
        together, weights = index.postings(pair)
        if together.size:
            worth = _worth(weights.astype(np.float64), together, index)
            scores[together] += PAIR_WEIGHT * worth
    concepts = max(1, len(plan.concepts))
    scores *= 1.0 + COVERAGE_BONUS * covered / concepts
    matched = touched >= least_covered(known)
    return Found(matched, covered == concepts, scores)


def _worth(frequency: Floats, rows: NDArray[np.signedinteger], index: Postings) -> Floats:
    weight = rarity(index.documents, len(rows))
    worth: Floats = weight * frequency * (SATURATION + 1.0) / (frequency + index.damping[rows])
    return worth


def _frequency(ways: tuple[Way, ...], index: Postings) -> tuple[Floats, int]:
    """The best way's weighted frequency per row, and how many postings were read."""
    best = np.zeros(index.columns.rows)
    read = 0
    for way in ways:
        rows, weights, cost = _way(way, index)
        read += cost
        if rows.size:
            best[rows] = np.maximum(best[rows], way.weight * weights)
    return best, read


def _way(way: Way, index: Postings) -> tuple[Rows, Floats, int]:
    lists = sorted((index.postings(term) for term in way.terms), key=lambda held: len(held[0]))
    rows, weights = lists[0][0], lists[0][1].astype(np.float64)
    read = len(rows)
    for other, other_weights in lists[1:]:
        if not rows.size:
            break
        read += len(other)
        place = np.minimum(np.searchsorted(other, rows), len(other) - 1)
        both = other[place] == rows
        rows = rows[both]
        weights = np.minimum(weights[both], other_weights[place[both]])
    return rows, weights, read


def preferred(scores: Floats, rows: Rows, columns: Columns, now_ms: int | None) -> Floats:
    """Scores of ``rows`` with the bounded preferences, rounded for comparison."""
    factor = np.ones(len(rows))
    for name, share in (("verified", VERIFIED), ("on_sale", ON_SALE)):
        values, present = columns.number(name)
        factor += share * ((values[rows] != 0) & present[rows])
    if now_ms is not None:
        published, present = columns.number("published_ms")
        age = np.maximum(0, now_ms - published[rows])
        factor += FRESH * np.exp2(-age / FRESH_HALF_LIFE_MS) * present[rows]
    rounded: Floats = np.round(scores[rows] * factor, DECIMALS)
    return rounded


@dataclass(frozen=True)
class Ordering:
    """How found rows are put in order."""

    sort: str
    now_ms: int | None
    after: SortKey | None
    most: int


def ordered(
    rows: Rows, full: Mask, scores: Floats, *, columns: Columns, ordering: Ordering
) -> list[tuple[int, SortKey]]:
    """The first rows in order with their sort keys, after the cursor's key if there is one."""
    keys = np.empty((4, len(rows)))
    keys[0] = ~full[rows]
    keys[1] = primary(rows, columns, ordering)
    keys[2] = -scores
    keys[3] = columns.ties[rows]
    if ordering.after is not None:
        later = _after(keys, ordering.after)
        rows, keys = rows[later], keys[:, later]
    few = _least(keys, ordering.most)
    rows, keys = rows[few], keys[:, few]
    order = np.lexsort(keys[::-1])[: ordering.most]
    return [
        (
            int(rows[each]),
            (
                float(keys[0, each]),
                float(keys[1, each]),
                float(keys[2, each]),
                float(keys[3, each]),
            ),
        )
        for each in order
    ]


def primary(rows: Rows, columns: Columns, ordering: Ordering) -> Floats:
    """The number that the chosen sort goes by; MISSING where a record has none."""
    if ordering.sort not in NUMBER_OF_SORT:
        return np.zeros(len(rows))
    name, direction = NUMBER_OF_SORT[ordering.sort]
    values, present = columns.number(name)
    usable = present[rows]
    if ordering.sort == "ending" and ordering.now_ms is not None:
        usable = usable & (values[rows] >= ordering.now_ms)
    found: Floats = np.where(usable, direction * values[rows].astype(np.float64), MISSING)
    return found


def _least(keys: Floats, most: int) -> NDArray[np.intp]:
    """Places that hold the ``most`` smallest columns: sorting all of them is what costs."""
    open_ = np.arange(keys.shape[1])
    chosen: list[NDArray[np.intp]] = []
    for row in keys:
        if most <= 0 or len(open_) <= most:
            break
        values = row[open_]
        limit = np.partition(values, most - 1)[most - 1]
        sure = open_[values < limit]
        chosen.append(sure)
        most -= len(sure)
        open_ = open_[values == limit]
    return np.concatenate([*chosen, open_]) if most > 0 else np.zeros(0, np.intp)


def _after(keys: Floats, key: SortKey) -> Mask:
    later = np.zeros(keys.shape[1], np.bool_)
    same = np.ones(keys.shape[1], np.bool_)
    for row, limit in zip(keys, key, strict=True):
        later |= same & (row > limit)
        same &= row == limit
    return later
