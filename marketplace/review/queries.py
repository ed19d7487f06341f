"""What the desk shows: the queue by age and risk, one case, the decisions about a thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from marketplace.kernel.clock import SHANGHAI, from_ms, to_ms
from marketplace.kernel.errors import NotFound
from marketplace.review.models import ReviewCase, ReviewDecision
from marketplace.web.pagination import Slice, cut, decode

PAGE = 20
LATE = timedelta(hours=48)
"""A case should be decided within this time."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as the queue and the desk show it."""

    id: int
    kind: str
    thing_id: int
    version: int
    title: str
    organisation_id: int | None
    organisation_name: str
    risk: int
    state: str
    opened_at: datetime
    rank_at: datetime

    def waited(self, now: datetime) -> timedelta:
        """How long it has waited."""
        return now - self.opened_at


@dataclass(frozen=True, slots=True)
class Workload:
    """The desk's figures: open cases, decided today, and the oldest one waiting."""

    open: int
    decided_today: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision of the past."""

    version: int
    decision: str
    reasons: tuple[str, ...]
    text: str
    decided_by: int
    decided_at: datetime


_COLUMNS = (
    ReviewCase.id,
    ReviewCase.kind,
    ReviewCase.thing_id,
    ReviewCase.version,
    ReviewCase.title,
    ReviewCase.organisation_id,
    ReviewCase.organisation_name,
    ReviewCase.risk,
    ReviewCase.state,
    ReviewCase.opened_at,
    ReviewCase.rank_at,
)


def queue(
    db: Session, *, own: frozenset[int], kind: str | None = None, after: str | None = None
) -> Slice[CaseRow]:
    """Open cases, the most urgent first: by age, a day ahead per level of risk.

    ``own`` are the reviewer's organisations: their cases are left out (T13). Raises Invalid for
    a forged cursor.
    """
    query = select(*_COLUMNS).where(ReviewCase.state == "open")
    if own:
        query = query.where(
            ReviewCase.organisation_id.is_(None) | ReviewCase.organisation_id.not_in(own)
        )
    if kind:
        query = query.where(ReviewCase.kind == kind)
    key = decode(after, length=2)
    if key is not None:
        at = from_ms(int(key[0] or 0))
        query = query.where(
            tuple_(ReviewCase.rank_at, ReviewCase.id) > tuple_(at, int(key[1] or 0))
        )
    rows = db.execute(query.order_by(ReviewCase.rank_at, ReviewCase.id).limit(PAGE + 1)).all()
    cases = [CaseRow(*row) for row in rows]
    return cut(cases, size=PAGE, keys=[[to_ms(case.rank_at), case.id] for case in cases])


def case(db: Session, case_id: int) -> CaseRow:
    """One case; raises NotFound."""
    row = db.execute(select(*_COLUMNS).where(ReviewCase.id == case_id)).first()
    if row is None:
        raise NotFound
    return CaseRow(*row)


def open_case_of(db: Session, kind: str, thing_id: int) -> int | None:
    """The id of the open case about a thing."""
    return db.scalar(
        select(ReviewCase.id).where(
            ReviewCase.kind == kind, ReviewCase.thing_id == thing_id, ReviewCase.state == "open"
        )
    )


def workload(db: Session, now: datetime) -> Workload:
    """How much waits, how much was done today (Asia/Shanghai)."""
    count, oldest = db.execute(
        select(func.count(), func.min(ReviewCase.opened_at)).where(ReviewCase.state == "open")
    ).one()
    midnight = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    done = db.scalar(
        select(func.count())
        .select_from(ReviewDecision)
        .where(ReviewDecision.decided_at >= midnight)
    )
    return Workload(count, done or 0, oldest)


def history(db: Session, kind: str, thing_id: int) -> list[DecisionRow]:
    """Every decision about a thing, newest first."""
    rows = db.execute(
        select(
            ReviewCase.version,
            ReviewDecision.decision,
            ReviewDecision.reasons,
            ReviewDecision.text,
            ReviewDecision.decided_by,
            ReviewDecision.decided_at,
        )
        .join(ReviewCase, ReviewCase.id == ReviewDecision.case_id)
        .where(ReviewCase.kind == kind, ReviewCase.thing_id == thing_id)
        .order_by(ReviewDecision.id.desc())
    )
    return [DecisionRow(row[0], row[1], tuple(row[2]), *row[3:]) for row in rows]
