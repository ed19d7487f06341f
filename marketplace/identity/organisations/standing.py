"""Whether a verified organisation stays in good standing: due dates, pauses, suspensions (L69)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select

from marketplace.identity.events import OrganisationChanged, VerificationDue
from marketplace.identity.organisations.commands import locked_organisation
from marketplace.identity.organisations.models import Organisation
from marketplace.identity.organisations.states import Move, State, advance
from marketplace.identity.organisations.verification import ever_members, tell_managers
from marketplace.identity.policy import may_suspend_organisation
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Forbidden, Invalid
from marketplace.kernel.options import option
from rules.days import local_date

REMIND_BEFORE = timedelta(days=30)


def suspend(ctx: Context, organisation_id: int, *, why: str) -> None:
    """Suspend an organisation (forged papers, L69); raises Forbidden, Invalid, Conflict."""
    _move(ctx, organisation_id, Move.SUSPEND, why=why)


def reinstate(ctx: Context, organisation_id: int, *, why: str) -> None:
    """End a suspension; raises Forbidden, Invalid, Conflict."""
    _move(ctx, organisation_id, Move.REINSTATE, why=why)


def _move(ctx: Context, organisation_id: int, move: Move, *, why: str) -> None:
    with ctx.transaction() as tx:
        row = locked_organisation(tx, organisation_id)
        own = ever_members(tx, row.id)
        if not may_suspend_organisation(tx.actor, row.id) or tx.actor.user_id in own:
            raise Forbidden
        if not why.strip():
            raise Invalid("reason_needed")
        row.state = advance(row.state, move).value
        tx.audit(f"organisation.{move.value}", "organisation", row.id, why=why)
        tx.emit(OrganisationChanged(row.id))


def sweep_due(ctx: Context) -> int:
    """Sweep: remind 30 days before a verification is due, pause selling after its grace (L69).

    Idempotent; returns how many organisations were told something.
    """
    return sum(_remind_or_pause(ctx, number) for number in _due(ctx))


def _due(ctx: Context) -> list[int]:
    soon = ctx.clock() + REMIND_BEFORE
    query = (
        select(Organisation.id)
        .where(
            Organisation.state == State.VERIFIED,
            Organisation.reverify_at <= soon,
            or_(Organisation.reminded_at.is_(None), Organisation.selling_paused_at.is_(None)),
        )
        .order_by(Organisation.id)
    )
    with ctx.reading() as db:
        return list(db.scalars(query))


def _remind_or_pause(ctx: Context, organisation_id: int) -> int:
    with ctx.transaction() as tx:
        row = locked_organisation(tx, organisation_id)
        if row.state != State.VERIFIED or row.reverify_at is None:
            return 0
        grace = timedelta(days=option(tx.db, "verification_grace_days"))
        if row.selling_paused_at is None and row.reverify_at + grace <= tx.now:
            row.selling_paused_at = row.reminded_at = tx.now
            tx.audit("organisation.selling_paused", "organisation", row.id, why="L69")
            tx.emit(OrganisationChanged(row.id))
        elif row.reminded_at is None and row.reverify_at - REMIND_BEFORE <= tx.now:
            row.reminded_at = tx.now
        else:
            return 0
        paused = row.selling_paused_at is not None
        tx.emit(VerificationDue(row.id, paused))
        last_day = local_date(row.reverify_at - timedelta(seconds=1)).isoformat()
        tell_managers(tx, row, "reverify", last_day=last_day, paused="yes" if paused else "")
        return 1
