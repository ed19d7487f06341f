"""The deal index: what comparable deals went for, where at least five stand behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.showcase.deals.models import Deal
from marketplace.showcase.deals.queries import STANDS

K = 5
"""k-anonymity: no figure rests on fewer deals, so that none of them can be told apart."""
MOST = 500


@dataclass(frozen=True, slots=True)
class Band:
    """Quartiles of comparable prices in fen. ``what`` says what was compared."""

    count: int
    low_minor: int
    middle_minor: int
    high_minor: int
    what: tuple[str, ...]


def comparable(db: Session, cluster: str, kind: str) -> Band | None:
    """Prices of the newest deals of the cluster and kind, else of the kind; None below five."""
    for what in ((cluster, kind), (kind,)):
        query = select(Deal.price_minor).where(Deal.kind == kind, STANDS)
        if len(what) == 2:
            query = query.where(Deal.cluster == cluster)
        prices = db.scalars(query.order_by(Deal.id.desc()).limit(MOST)).all()
        if len(prices) >= K:
            return band(prices, what=what)
    return None


def band(prices: Sequence[int], *, what: tuple[str, ...]) -> Band:
    """Lower quartile, median and upper quartile, each a price that was really paid."""
    ordered = sorted(prices)
    last = len(ordered) - 1
    low, middle, high = (ordered[(last * part + 2) // 4] for part in (1, 2, 3))
    return Band(len(ordered), low, middle, high, what)
