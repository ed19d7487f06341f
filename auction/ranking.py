"""Who stood at what when a lot was over: the best bid of each bidder, the highest first.

For what follows a sale that fails: the second bidder is asked at his own price, never another's.
"""

from __future__ import annotations

from collections.abc import Sequence

from auction.english import standing_bids
from auction.events import Event, Opened


def best_bids(history: Sequence[Event]) -> list[tuple[int, str]]:
    """Amount and bidder, best first; among equals the earlier one.

    Bids that were voided or undone do not count, nor sealed bids that were not opened or lie
    below the start. A Dutch lot has such bids in its second phase only.
    """
    best: dict[str, int] = {}
    for bid in standing_bids(history):
        best[bid.bidder] = max(best.get(bid.bidder, 0), bid.amount)
    for event in history:
        if isinstance(event, Opened):
            best |= {
                line.bidder: line.amount or 0 for line in event.lines if line.verdict == "counts"
            }
    return sorted(((amount, bidder) for bidder, amount in best.items()), key=lambda one: -one[0])
