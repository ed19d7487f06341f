"""What payments do by themselves: compare the books with the bank every day."""

from __future__ import annotations

from datetime import timedelta

from marketplace.kernel.context import Context
from marketplace.kernel.jobs import Job
from marketplace.treasury.payments import proofs
from marketplace.treasury.payments.events import BooksDiffer
from marketplace.treasury.payments.online import sweeps
from marketplace.treasury.payments.reconciliation import report


def reconcile(ctx: Context) -> bool:
    """Tell when bank and ledger differ or lines wait too long; True when both are sound."""
    with ctx.reading() as db:
        found = report(db, ctx.clock())
    if not found.difference_minor and not found.long_waiting:
        return True
    with ctx.transaction() as tx:
        day = found.days[0].day.isoformat() if found.days else ""
        tx.emit(BooksDiffer(day, found.difference_minor, found.long_waiting))
    return False


REACTIONS = {
    "treasury.payment_credited": {"treasury.prove_receipt": proofs.prove_receipt},
    "treasury.instruction_done": {"treasury.prove_payment": proofs.prove_payment},
}
JOBS = (Job("treasury.reconcile", timedelta(days=1), reconcile), *sweeps.JOBS)
