"""How far a lot has come in its hall or format: the fold of the few events that say so.

The store has no column for it: it reads these events, of lots that have any, from the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from auction.events import Event, Opened, Paused, Resumed, RevealBegan, Taken, Topped, Warned
from auction.state import Progress, Stage

KINDS = frozenset(
    event.kind for event in (Warned, Paused, Resumed, Taken, RevealBegan, Opened, Topped)
)


def after(now: Progress, event: Event) -> Progress:
    """The progress after ``event``."""
    match event:
        case Warned(count=count, view=view):
            return replace(now, warnings=count, warned_view=view)
        case Paused():
            return replace(now, paused=True, warnings=0)
        case Resumed():
            return replace(now, paused=False)
        case Taken(bidder=taker, stage=stage):
            return replace(now, taker=taker, stage=Stage(stage))
        case RevealBegan():
            return replace(now, stage=Stage.REVEALING)
        case Opened(stage=stage):
            return replace(now, stage=Stage(stage))
        case Topped():
            return replace(now, stage=Stage.TAKEN)
        case _:
            return now


def fold(events: Iterable[Event]) -> Progress:
    """The progress that these events, of ``KINDS`` at least, lead to."""
    progress = Progress()
    for event in events:
        progress = after(progress, event)
    return progress
