"""The one way the state of what follows a lot changes: by the table, remembered, audited, told."""

from __future__ import annotations

from marketplace.kernel.context import Tx
from marketplace.trade.aftermath.events import DefaultMoved, TalkMoved
from marketplace.trade.aftermath.models import AftermathHistory, Default, Talk
from marketplace.trade.aftermath.moves import advance


def move_default(tx: Tx, row: Default, action: str, *, text: str = "") -> None:
    """Step: a default goes on; raises Conflict for a move the table lacks."""
    row.state = advance("default", row.state, action)
    if row.state == "settled":
        row.settled_at = tx.now
    remember(tx, row.auction_id, thing="default", action=action, state=row.state, text=text)
    tx.emit(DefaultMoved(row.auction_id, action, row.state))


def move_talk(tx: Tx, row: Talk, action: str, *, text: str = "") -> None:
    """Step: talks go on; raises Conflict for a move the table lacks."""
    row.state = advance("talk", row.state, action)
    remember(tx, row.auction_id, thing="talk", action=action, state=row.state, text=text)
    tx.emit(TalkMoved(row.auction_id, action, row.state))


def remember(
    tx: Tx, auction_id: int, *, thing: str, action: str, state: str, text: str = ""
) -> None:
    """Step: one line of the history and of the audit log."""
    actor = tx.actor_or_none
    tx.db.add(
        AftermathHistory(
            auction_id=auction_id,
            thing=thing,
            action=action,
            state=state,
            at=tx.now,
            user_id=actor.user_id if actor else None,
            organisation_id=actor.organisation_id if actor else None,
            text=text.strip(),
        )
    )
    tx.audit(f"{thing}.{action}", "auction", auction_id, why=text.strip(), state=state)
    tx.db.flush()
