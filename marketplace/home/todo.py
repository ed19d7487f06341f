"""One thing that needs somebody, and the order in which a desk shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from marketplace.web.filters import duration

SOON = timedelta(hours=24)
GLANCE = 40


@dataclass(frozen=True, slots=True)
class Todo:
    """A line of "what needs me now"; the macro ``todo`` shows it.

    ``at`` is when it must be done at the latest (None: no fixed time). ``tone``: seal for bids
    and money that cannot wait, amber for what runs out, ink for the rest.
    """

    at: datetime | None
    due: str
    tone: str
    title: str
    text: str
    url: str
    action: str
    main: bool = False


def by_time(items: Iterable[Todo]) -> list[Todo]:
    """What is due first stands first; what has no time follows in the given order."""
    return sorted(items, key=lambda item: (item.at is None, item.at.timestamp() if item.at else 0))


def left(at: datetime, now: datetime) -> str:
    """The badge of something with an end."""
    if at <= now:
        return str(_("overdue"))
    return str(_("%(time)s left", time=duration(at - now)))


def urgency(at: datetime, now: datetime) -> str:
    """The tone of something with an end: seal in the last 24 hours."""
    return "seal" if at - now <= SOON else "amber"


def glance(text: str) -> str:
    """The beginning of a long text."""
    plain = " ".join(text.split())
    return plain if len(plain) <= GLANCE else f"{plain[: GLANCE - 1]}…"
