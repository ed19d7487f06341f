"""Organisations enter and leave the queue when identity says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.identity import queries as identity
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFound
from marketplace.review import organisations, steps
from marketplace.review.queries import open_case_of

RISK = 1
"""Sellers wait for it: a day ahead of an ordinary listing."""


def verification_submitted(ctx: Context, _row_id: int, payload: Mapping[str, Any]) -> None:
    """Open the case once; papers decided meanwhile need none."""
    verification_id = payload["verification_id"]
    with ctx.transaction() as tx:
        try:
            submission = identity.verification_detail(tx.db, verification_id)
        except NotFound:
            return
        if submission.state != "submitted":
            return
        if open_case_of(tx.db, organisations.KIND, verification_id) is not None:
            return
        opening = steps.Opening(
            kind=organisations.KIND,
            thing_id=verification_id,
            version=1,
            title=payload["organisation_name"],
            organisation_id=submission.organisation_id,
            organisation_name=payload["organisation_name"],
            risk=RISK,
        )
        steps.open_case(tx, opening)


def verification_closed(ctx: Context, _row_id: int, payload: Mapping[str, Any]) -> None:
    """Withdrawn by the organisation, or decided elsewhere: nothing waits any more."""
    with ctx.transaction() as tx:
        steps.withdraw_case(tx, organisations.KIND, payload["verification_id"])


organisations.install()
REACTIONS = {
    "identity.verification_submitted": {"review.open_organisation": verification_submitted},
    "identity.verification_withdrawn": {"review.close_withdrawn": verification_closed},
    "identity.verification_decided": {"review.close_decided": verification_closed},
}
