"""Facts about what follows a lot. None names a person or an organisation to the other side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class DefaultMoved(Event):
    """A default went on; ``action`` is a move of the table, ``open`` its begin."""

    name: ClassVar[str] = "trade.default_moved"
    auction_id: int
    action: str
    state: str


@dataclass(frozen=True, slots=True)
class TalkMoved(Event):
    """Talks below the reserve went on; ``action`` as above."""

    name: ClassVar[str] = "trade.talk_moved"
    auction_id: int
    action: str
    state: str


@dataclass(frozen=True, slots=True)
class AnnulmentMoved(Event):
    """An annulment was proposed, confirmed or dropped."""

    name: ClassVar[str] = "trade.annulment_moved"
    auction_id: int
    action: str
    reason: str
