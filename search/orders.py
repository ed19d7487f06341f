"""All records of a generation in the orders that no text changes, made once and then only read.

Browsing a hundred thousand records costs what browsing a thousand does: a page is a slice that
begins where the cursor points, found by bisection.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from search.columns import Columns, Floats, Mask
from search.paging import SortKey
from search.ranking import Ordering, Rows, primary


@dataclass(frozen=True)
class Order:
    """Rows in order beside the two numbers they are ordered by."""

    rows: Rows
    primary: Floats
    ties: Floats

    @classmethod
    def of(cls, columns: Columns, live: Mask, sort: str) -> Order:
        """The live records by a sort that does not look at the clock."""
        rows = np.flatnonzero(live).astype(np.int32)
        first, ties = primary(rows, columns, Ordering(sort, None, None, 0)), columns.ties[rows]
        order = np.lexsort((ties, first))
        return cls(rows[order], first[order], ties[order])

    def start(self, after: SortKey | None) -> int:
        """The place of the first record behind a cursor's key."""
        if after is None:
            return 0
        low, high = (
            np.searchsorted(self.primary, after[1], "left"),
            np.searchsorted(self.primary, after[1], "right"),
        )
        return int(low + np.searchsorted(self.ties[low:high], after[3], "right"))

    def page(self, shown: Mask, after: SortKey | None, most: int) -> list[tuple[int, SortKey]]:
        """The first shown records behind a key, with their own; reads on until there are enough."""
        places: list[int] = []
        start, step = self.start(after), most
        while len(places) < most and start < len(self.rows):
            wanted = shown[self.rows[start : start + step]]
            places += (start + np.flatnonzero(wanted)).tolist()
            start, step = start + step, step * 4
        return [
            (int(self.rows[at]), (0.0, float(self.primary[at]), -0.0, float(self.ties[at])))
            for at in places[:most]
        ]
