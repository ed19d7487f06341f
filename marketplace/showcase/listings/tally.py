"""Counts how often the pages of listings are opened, by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from marketplace.kernel import tally
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context
from marketplace.showcase.listings.models import ListingViews


class Tally(tally.Tally[tuple[int, date]]):
    """Openings of listings by day, in China."""

    table = ListingViews

    def note(self, ctx: Context, listing_id: int) -> None:
        """Count one opening."""
        self.count(ctx, (listing_id, ctx.clock().astimezone(SHANGHAI).date()))

    def row_of(self, key: tuple[int, date]) -> Mapping[str, object]:
        """The listing and the day."""
        return {"listing_id": key[0], "day": key[1]}
