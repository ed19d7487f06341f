"""How a lot's state and a log entry lie in their rows."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from auction.chain import canonical
from auction.log import Entry
from auction.state import Progress, Result, Stage, Standing, State, Status, Terms

Row = Sequence[Any]
BLANK = Progress()

STATE_FIELDS = (
    "status",
    "ends_ms",
    "hard_end_ms",
    "seq",
    "head",
    "view",
    "leader",
    "leader_max",
    "leader_rank",
    "price",
    "reserve_met",
    "outcome",
    "closed_ms",
    "progress",
)
"""The columns that an execution may change, in the order of ``state_row``."""


def state_row(state: State) -> tuple[Any, ...]:
    """The values of STATE_FIELDS."""
    now = state.standing
    return (
        state.status.value,
        state.ends_ms,
        state.hard_end_ms,
        state.seq,
        state.head,
        state.view,
        now.leader,
        now.maximum,
        now.rank,
        now.price,
        now.reserve_met,
        state.outcome and state.outcome.value,
        state.closed_ms,
        progress_text(state.progress),
    )


def read_state(lot_id: int, row: Row) -> State:
    """The state in a row of the terms and STATE_FIELDS."""
    terms, status, ends, hard_end, seq, head, view, *rest = row
    leader, maximum, rank, price, reserve_met, outcome, closed, progress = rest
    return State(
        lot=lot_id,
        terms=read_terms(terms),
        ends_ms=ends,
        hard_end_ms=hard_end,
        standing=Standing(leader, maximum, rank, price, bool(reserve_met)),
        status=Status(status),
        outcome=outcome and Result(outcome),
        closed_ms=closed,
        view=view,
        seq=seq,
        head=head,
        progress=read_progress(progress),
    )


def progress_text(progress: Progress) -> str | None:
    """The progress as stored; nothing for a lot that only bids and the clock move."""
    return None if progress is BLANK or progress == BLANK else canonical(asdict(progress))


def read_progress(text: str | None) -> Progress:
    """The progress in a stored text."""
    if text is None:
        return BLANK
    facts = json.loads(text)
    return Progress(**{**facts, "stage": Stage(facts["stage"])})


def terms_text(terms: Terms) -> str:
    """The terms as stored: with the reserve."""
    return canonical(terms.facts())


@functools.lru_cache(maxsize=256)
def read_terms(text: str) -> Terms:
    """The terms in a stored text; they never change, so hot lots keep theirs."""
    return Terms.from_facts(json.loads(text))


def entry_row(lot_id: int, entry: Entry) -> tuple[Any, ...]:
    """The values of a log row: the lot, then the entry's fields."""
    return (lot_id, *entry)


def read_entry(row: Row) -> Entry:
    """The entry in a log row without its lot."""
    return Entry(*row)
