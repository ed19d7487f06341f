"""Steps of other rooms' transactions: open a case, decide it, take it from the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from marketplace.kernel.clock import from_ms, to_ms
from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.review import policy
from marketplace.review.models import ReviewCase, ReviewDecision
from marketplace.review.subjects import Decide

AHEAD = timedelta(hours=24)
"""A case moves this much ahead in the queue for each level of risk."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What is to be reviewed. ``risk`` is 0, 1 or 2; ``organisation_id`` is whose it is."""

    kind: str
    thing_id: int
    version: int
    title: str
    organisation_id: int | None
    organisation_name: str = ""
    risk: int = 0


def open_case(tx: Tx, opening: Opening) -> int:
    """Step: put a thing into the queue and return the case's id.

    A thing has one open case: a newer version takes the place of the older one.
    """
    withdraw_case(tx, opening.kind, opening.thing_id)
    case = ReviewCase(
        kind=opening.kind,
        thing_id=opening.thing_id,
        version=opening.version,
        title=opening.title,
        organisation_id=opening.organisation_id,
        organisation_name=opening.organisation_name,
        risk=opening.risk,
        state="open",
        opened_at=tx.now,
        rank_at=from_ms(to_ms(tx.now)) - AHEAD * opening.risk,  # whole ms: a cursor's grain
    )
    tx.db.add(case)
    tx.db.flush()
    return case.id


def withdraw_case(tx: Tx, kind: str, thing_id: int) -> None:
    """Step: close the open case of a thing without a decision; nothing to do is no error."""
    case = _open_case(tx, kind, thing_id)
    if case is not None:
        case.state, case.closed_at = "closed", tx.now
        tx.db.flush()


def close_case(tx: Tx, kind: str, decide: Decide) -> None:
    """Step: keep the decision and take the case from the queue.

    Raises Forbidden unless the actor may review and is not of the organisation (T13), Conflict
    when the case is no longer open or a newer version waits, Invalid for a return or a
    suspension without a word on why. Call it before the aggregate moves.
    """
    case = _open_case(tx, kind, decide.thing_id)
    if case is None or case.id != decide.case_id or case.version != decide.version:
        raise Conflict("review.case_closed")
    policy.ask_may_decide(tx.db, tx.actor, case.organisation_id)
    if decide.decision != "approve" and not (decide.text.strip() or decide.reasons):
        raise Invalid("reason_needed")
    tx.db.add(
        ReviewDecision(
            case_id=case.id,
            decision=decide.decision,
            reasons=list(decide.reasons),
            text=decide.text.strip(),
            organisation_id=case.organisation_id,
            decided_by=tx.actor.user_id,
            decider_organisation_id=tx.actor.organisation_id,
            decided_at=tx.now,
        )
    )
    case.state, case.closed_at = "decided", tx.now
    tx.audit(
        f"review.{decide.decision}",
        kind,
        case.thing_id,
        why=decide.text.strip(),
        version=case.version,
        reasons=list(decide.reasons),
    )
    tx.db.flush()


def _open_case(tx: Tx, kind: str, thing_id: int) -> ReviewCase | None:
    return tx.db.scalar(
        select(ReviewCase)
        .where(ReviewCase.kind == kind, ReviewCase.thing_id == thing_id, ReviewCase.state == "open")
        .with_for_update()
    )
