"""The deal index: what comparable deals went for, where at least five stand behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.showcase.deals.models import Deal
from marketplace.showcase.deals.queries import STANDS
from rules.days import add_months

K = 5
"""k-anonymity: no figure rests on fewer deals, so that none of them can be told apart."""
MOST = 500


DIMENSIONS = ("cluster", "ipc", "trl", "mode")
MONTHS = 24


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


def deal_index(db: Session, today: date) -> dict[str, list[tuple[str, Band]]]:
    """Dimension → (value, band) of the last 24 months, the value with most deals first.

    A value with fewer than five deals is left out; so is what could be told from the whole by
    subtraction: when exactly one value is left out, the smallest shown one goes with it.
    """
    columns = (Deal.cluster, Deal.ipc, Deal.trl, Deal.mode, Deal.price_minor)
    since = add_months(today, -MONTHS)
    rows = db.execute(select(*columns).where(STANDS, Deal.agreed_on > since)).all()
    return {name: _bands(name, [(getattr(row, name), row.price_minor) for row in rows])
            for name in DIMENSIONS}  # fmt: skip


def _bands(name: str, found: Sequence[tuple[object, int]]) -> list[tuple[str, Band]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for value, price in found:
        groups[str(value if value is not None else "")].append(price)
    shown = sorted(
        ((value, prices) for value, prices in groups.items() if value and len(prices) >= K),
        key=lambda one: (-len(one[1]), one[0]),
    )
    hidden = len(groups) - len(shown)
    if hidden == 1 and shown:
        shown.pop()
    return [(value, band(prices, what=(name, value))) for value, prices in shown]
