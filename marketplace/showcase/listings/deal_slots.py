"""Where higher rooms put their part into a listing's page, so that showcase imports none of them.

The trade room registers how an auction of the listing looks in the deal box, the catalogue what
is similar below the page. A filler answers None when it has nothing to show.
What a filler would ask for every reader comes with the page's first statement: a key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ScalarSelect, SQLColumnExpression
from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor
from marketplace.showcase.listings.content import ListingContent

Place = Literal["deal", "aside", "below"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which listing's page is being made, for whom and when; ``keys`` by their names."""

    listing_id: int
    state: str
    version: int
    organisation_id: int | None
    content: ListingContent
    keys: Mapping[str, int | None]
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
Key = Callable[[SQLColumnExpression[int], int], "ScalarSelect[int]"]
"""(the listing's number, the reader's organisation) → the number of a room's own row, or NULL."""
KEYS: dict[str, Key] = {}
FILLERS: dict[Place, list[Filler]] = {"deal": [], "aside": [], "below": []}


def register(filler: Filler, *, place: Place = "deal") -> None:
    """Add a filler; called once when the higher room's views are imported."""
    if filler not in FILLERS[place]:
        FILLERS[place].append(filler)


def register_key(name: str, key: Key) -> None:
    """Have a number fetched together with the listing, for members of organisations."""
    KEYS[name] = key


def filled(db: Session, asked: Asked) -> dict[Place, list[Slot]]:
    """What every registered room has to show on this page."""
    return {
        place: [slot for filler in fillers if (slot := filler(db, asked)) is not None]
        for place, fillers in FILLERS.items()
    }
