"""How far a lot has come in its hall or format: the fold of the few events that say so."""

from __future__ import annotations

from dataclasses import replace

from auction.events import Event, Opened, Paused, Resumed, RevealBegan, Taken, Topped, Warned
from auction.state import Progress, Stage


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
