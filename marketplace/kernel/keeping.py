"""Keeps what is dear to count for a while, in proportion to what counting it costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")
CHEAP_SECONDS = 0.02
"""What takes less CPU is counted anew every time: small markets always show exact figures."""
TIMES = 100
"""Dearer figures are kept this many times as long as they took: at most 1 % of a processor."""


class Kept(Generic[Value]):
    """Figures of this process by key; a figure over 100,000 rows may be half a minute old."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.thread_time,
    ) -> None:
        self._clock, self._cpu = clock, cpu
        self._held: dict[Hashable, tuple[float, Value]] = {}

    def get(self, key: Hashable, count: Callable[[], Value]) -> Value:
        """The kept value while it is young enough, else what ``count`` says now."""
        held = self._held.get(key)
        if held is not None and self._clock() < held[0]:
            return held[1]
        begun = self._cpu()
        value = count()
        cost = self._cpu() - begun
        if cost >= CHEAP_SECONDS:
            self._held[key] = (self._clock() + TIMES * cost, value)
        return value
