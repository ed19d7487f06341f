"""The only place that asks what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The time zone of people; everything stored is UTC."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one clock


def to_ms(instant: datetime) -> int:
    """Whole milliseconds since 1970-01-01 UTC, rounded down (the auction engine's time)."""
    return (instant - EPOCH) // timedelta(milliseconds=1)


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC instant of ``milliseconds`` since 1970-01-01 UTC."""
    return EPOCH + timedelta(milliseconds=milliseconds)
