"""Counts how often the pages of lots are opened, by hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from marketplace.kernel import tally
from marketplace.kernel.context import Context
from marketplace.trade.auctions.models import HourViews


class Visits(tally.Tally[tuple[int, datetime]]):
    """Openings of lots by hour: no write stands between a bidder and his page."""

    table = HourViews

    def note(self, ctx: Context, auction_id: int) -> None:
        """Count one opening."""
        self.count(ctx, (auction_id, ctx.clock().replace(minute=0, second=0, microsecond=0)))

    def row_of(self, key: tuple[int, datetime]) -> Mapping[str, object]:
        """The lot and the hour."""
        return {"auction_id": key[0], "hour_at": key[1]}
