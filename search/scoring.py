"""How well a record answers a plain query; one formula for every backend.

BM25 over weighted frequencies, per concept; a bonus for covering more of the query; a bounded
preference for fresh, verified and available records. Nobody can pay for rank.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

#: BM25: saturation of repeated words, and how far length counts against a record.
SATURATION, LENGTH_SHARE = 1.2, 0.6
#: A record that covers the whole query gains this share.
COVERAGE_BONUS = 0.5
#: A record with fewer than this share of the query's known concepts is not shown at all.
LEAST_COVERAGE = 0.15
#: Preferences, each a share of the score; together at most 0.2.
FRESH, VERIFIED, ON_SALE = 0.10, 0.06, 0.04
FRESH_HALF_LIFE_MS = 365 * 86_400_000
#: Scores are compared to this many decimals, so that every backend orders ties alike.
DECIMALS = 6


def rarity(documents: int, having: int) -> float:
    """The weight of a concept that ``having`` of ``documents`` records contain."""
    return math.log(1.0 + (documents - having + 0.5) / (having + 0.5))


def saturated(frequency: float, length: float, average: float) -> float:
    """What a weighted frequency in a record of this weighted length is worth (0 … 2.2)."""
    relative = length / average if average > 0 else 1.0
    damping = SATURATION * (1.0 - LENGTH_SHARE + LENGTH_SHARE * relative)
    return frequency * (SATURATION + 1.0) / (frequency + damping)


def covered_share(covered: int, concepts: int) -> float:
    """The factor for covering ``covered`` of ``concepts``."""
    return 1.0 + COVERAGE_BONUS * covered / concepts


def least_covered(known: int) -> int:
    """How many of the query's ``known`` concepts a record must have to be shown."""
    return max(1, math.ceil(LEAST_COVERAGE * known))


def preference(numbers: Mapping[str, int | None], now_ms: int | None) -> float:
    """The bounded factor (1 … 1.2) of what the market prefers among equal answers."""
    factor = 1.0
    if numbers.get("verified"):
        factor += VERIFIED
    if numbers.get("on_sale"):
        factor += ON_SALE
    published = numbers.get("published_ms")
    if now_ms is not None and published is not None:
        age = max(0, now_ms - published)
        factor += FRESH * math.exp2(-age / FRESH_HALF_LIFE_MS)
    return factor
