"""A person's decision about a sign of collusion, published with its reason (L11, L30)."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.kernel.context import Context
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.trade.auctions.commands.operating import operated, publish
from marketplace.trade.auctions.signs import NOTICE, OUTCOMES, signs


@dataclass(frozen=True, slots=True)
class DecideSign:
    """What the auctioneer found out about a sign; ``outcome``: cleared or acted."""

    auction_id: int
    sign: str
    outcome: str
    reason: str


def decide_sign(ctx: Context, command: DecideSign) -> None:
    """Publish that a person looked into a sign and what came of it; nothing else changes.

    Voiding a bidder is a step of its own. Raises Invalid without a reason or an outcome,
    Conflict for a sign that is not there (any more) or was decided already.
    """
    if command.outcome not in OUTCOMES:
        raise Invalid("auctions.outcome_needed")
    with ctx.transaction() as tx:
        auction, _state = operated(tx, command.auction_id, reason=command.reason)
        lot_id = auction.lot_id or 0
        found = signs(tx.db, tx.settings.secrets, auction_id=auction.id, lot_id=lot_id)
        sign = next((one for one in found if one.key == command.sign), None)
        if sign is None or sign.decision is not None:
            raise Conflict("auctions.sign_gone")
        publish(
            tx,
            auction,
            kind=NOTICE,
            text=command.reason,
            sign=sign.key,
            outcome=command.outcome,
        )
