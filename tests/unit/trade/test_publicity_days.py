"""公示: fifteen days, counted as the law counts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from marketplace.trade.publicity.commands import last_day
from rules.holidays import shipped_calendar


@pytest.mark.law("L34")
@pytest.mark.parametrize(
    ("unit", "market", "ends"),
    [
        ("2026-12-01", "2026-12-01", "2026-12-16"),  # both: signable from 12-17 00:00
        ("2026-12-05", "2026-12-01", "2026-12-21"),  # 12-20 is a Sunday: the last day moves
        ("2026-12-01", "2026-12-05", "2026-12-21"),  # the later of both counts, whichever it is
    ],
)
def test_the_term_counts_from_the_later_posting_and_moves_from_a_holiday(unit, market, ends):
    assert shipped_calendar() is not None
    posted = datetime.fromisoformat(f"{market}T09:00:00+08:00").astimezone(UTC)
    assert last_day(date.fromisoformat(unit), posted, days=15) == date.fromisoformat(ends)
