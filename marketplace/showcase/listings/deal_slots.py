"""Where higher rooms put their part into a listing's page, so that showcase imports none of them.

The trade room registers how an auction of the listing looks in the deal box, the catalogue what
is similar below the page. A filler answers None when it has nothing to show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor

Place = Literal["deal", "aside", "below"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which listing's page is being made, for whom and when."""

    listing_id: int
    state: str
    reserved_for: int | None
    actor: Actor | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A template fragment and its values (it finds them under ``slot``).

    In the place ``deal``, ``replaces_action`` takes the box's own main action away.
    """

    template: str
    values: Mapping[str, object]
    replaces_action: bool = True


Filler = Callable[[Session, Asked], Slot | None]
FILLERS: dict[Place, list[Filler]] = {"deal": [], "aside": [], "below": []}


def register(filler: Filler, *, place: Place = "deal") -> None:
    """Add a filler; called once when the higher room's views are imported."""
    if filler not in FILLERS[place]:
        FILLERS[place].append(filler)


def filled(db: Session, asked: Asked) -> dict[Place, list[Slot]]:
    """What every registered room has to show on this page."""
    return {
        place: [slot for filler in fillers if (slot := filler(db, asked)) is not None]
        for place, fillers in FILLERS.items()
    }
