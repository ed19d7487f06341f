"""Measures of a ranked list against judgements: recall, discounted gain, reciprocal rank."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence


def recall_at(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """The share of the relevant records among the first ``k``; 0 without relevant ones."""
    if not relevant:
        return 0.0
    return len(set(ranked[:k]) & set(relevant)) / len(relevant)


def gain_at(ranked: Sequence[str], grades: Mapping[str, float], k: int) -> float:
    """nDCG@k: discounted gain (2^grade - 1) as a share of the best possible; 0 without grades."""
    best = _discounted(sorted(grades.values(), reverse=True)[:k])
    if best <= 0.0:
        return 0.0
    return _discounted([grades.get(identity, 0.0) for identity in ranked[:k]]) / best


def _discounted(grades: Sequence[float]) -> float:
    return sum((math.exp2(each) - 1.0) / math.log2(at + 2) for at, each in enumerate(grades))


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str]) -> float:
    """1 / place of the first relevant record, 0 when there is none."""
    for place, identity in enumerate(ranked, start=1):
        if identity in relevant:
            return 1.0 / place
    return 0.0


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0
