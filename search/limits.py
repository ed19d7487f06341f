"""What a query may cost; checked before it runs, with a code for a clear message."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from search.errors import SearchRefused
from search.model import SORTS, Query

LONGEST_TEXT = 1_000
MOST_FACETS = 12
MOST_FILTERS = 24
MOST_VALUES = 200
LARGEST_PAGE = 100
_LARGEST_NUMBER = 2**62


@dataclass(frozen=True)
class Budget:
    """What one search may use: ``postings`` to be read, and wall seconds."""

    postings: int = 4_000_000
    seconds: float = 5.0


@dataclass(frozen=True)
class Meter:
    """Watches one search; every step asks it before going on."""

    budget: Budget
    started: float
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def start(cls, budget: Budget | None, clock: Callable[[], float] = time.monotonic) -> Meter:
        """A meter that begins to run now."""
        return cls(budget or Budget(), clock(), clock)

    def check_cost(self, postings: int) -> None:
        """SearchRefused too_costly when the query would read more than the budget."""
        if postings > self.budget.postings:
            raise SearchRefused("too_costly", cost=postings, limit=self.budget.postings)

    def check_time(self) -> None:
        """SearchRefused deadline when the time is used up."""
        if self.clock() - self.started > self.budget.seconds:
            raise SearchRefused("deadline")


def check(query: Query) -> None:
    """SearchRefused with the first limit that the query breaks."""
    if len(query.text) > LONGEST_TEXT:
        raise SearchRefused("text_too_long", length=len(query.text), limit=LONGEST_TEXT)
    if query.sort not in SORTS:
        raise SearchRefused("bad_sort")
    if not 0 <= query.page_size <= LARGEST_PAGE:
        raise SearchRefused("page_size", limit=LARGEST_PAGE)
    if len(query.facets) > MOST_FACETS:
        raise SearchRefused("too_many_facets", limit=MOST_FACETS)
    if len(query.filters) + len(query.ranges) > MOST_FILTERS:
        raise SearchRefused("too_many_filters", limit=MOST_FILTERS)
    if sum(len(values) for values in query.filters.values()) > MOST_VALUES:
        raise SearchRefused("too_many_values", limit=MOST_VALUES)
    for low, high in query.ranges.values():
        if any(end is not None and abs(end) > _LARGEST_NUMBER for end in (low, high)):
            raise SearchRefused("bad_range")


class Gate:
    """Lets a bounded number of searches run at once in this process."""

    def __init__(self, places: int = 8, patience_seconds: float = 2.0) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._patience = patience_seconds

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Runs the body in one of the places; SearchRefused busy when none gets free in time."""
        if not self._places.acquire(timeout=self._patience):
            raise SearchRefused("busy")
        try:
            yield
        finally:
            self._places.release()
