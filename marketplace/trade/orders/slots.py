"""Where the rooms above put their part into an order's page: publicity, contract, papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Asked:
    """Which order's page is being made, for whom and when; ``party`` is empty for staff."""

    order_id: int
    state: str
    party: str
    needs_publicity: bool
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A template fragment and its values (it finds them under ``slot``)."""

    template: str
    values: Mapping[str, object]


Filler = Callable[[Session, Asked], Slot | None]
FILLERS: list[Filler] = []


def register(filler: Filler) -> None:
    """Add a filler; called once when the higher room's views are imported."""
    if filler not in FILLERS:
        FILLERS.append(filler)


def filled(db: Session, asked: Asked) -> list[Slot]:
    """What every registered room has to show on this page, in the order of registration."""
    return [slot for filler in FILLERS if (slot := filler(db, asked)) is not None]
