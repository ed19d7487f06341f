"""What administrators change themselves; each is audited."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.admin import policy
from marketplace.kernel import options
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFound
from marketplace.kernel.outbox import OutboxRow


def change_setting(ctx: Context, command: options.ChangeOption) -> None:
    """Change a threshold; raises Forbidden for everybody but administrators."""
    policy.require_administrator(ctx.actor)
    options.change_option(ctx, command)


@dataclass(frozen=True, slots=True)
class RetryDelivery:
    """Try an owed delivery again now."""

    row_id: int


def retry_delivery(ctx: Context, command: RetryDelivery) -> None:
    """Make a stuck delivery due at once; raises NotFound when it is not owed."""
    policy.require_administrator(ctx.actor)
    with ctx.transaction() as tx:
        owed = (OutboxRow.id == command.row_id) & OutboxRow.done_at.is_(None)
        row = tx.db.scalar(select(OutboxRow).where(owed).with_for_update())
        if row is None:
            raise NotFound
        row.due_at = tx.now
        tx.audit("outbox.retried", "outbox", row.id, consumer=row.consumer)
