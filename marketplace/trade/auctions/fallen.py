"""A sold lot whose deal does not come about: deposit, listing, board; the defaulter stays out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.heard import is_news
from marketplace.showcase.deals import steps as board
from marketplace.showcase.listings import steps as listings
from marketplace.trade.auctions.commands.operating import publish
from marketplace.trade.auctions.events import SaleFell
from marketplace.trade.auctions.locking import locked_lot
from marketplace.trade.auctions.models import Auction, FallenSale, Outcome
from marketplace.trade.auctions.moves import advance_sale
from marketplace.trade.orders import facts as order_facts
from marketplace.treasury.deposits import steps as deposits

NOTICES = {
    "default": ("default", "买方逾期未签订合同，本次成交不再履行，保证金不予退还。"),
    "cancel": ("fallen", "双方协商一致，本次成交不再履行。"),
    "refund": ("fallen", "订单终止，本次成交不再履行。"),
}
"""The public notice of each end that needs no reason of its own: kind and text."""


@dataclass(frozen=True, slots=True)
class Fall:
    """A sale that ends without a deal: its order, how, and what is published about it."""

    auction_id: int
    order_id: int
    why: str
    kind: str
    text: str


def undo_sale(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
    """The order of a lot ended without a deal: once per lot, however it is delivered.

    In default the deposit is forfeited (拍卖法 39, L28); called off by agreement it goes back,
    unless it counts to the price already. The listing is on sale again.
    """
    why, order_id = payload["action"], payload["order_id"]
    if why not in NOTICES:
        return
    with ctx.reading() as db:
        auction_id = order_facts.auction_of(db, order_id)
    if auction_id is None:
        return
    with ctx.transaction() as tx:
        if not is_news(tx, row_id):
            return
        auction, _state = locked_lot(tx, auction_id)
        if fallen(tx.db, auction_id) is None:  # an annulment has drawn its consequences itself
            kind, text = NOTICES[why]
            undo(tx, auction, Fall(auction_id, order_id, why, kind, text))


def undo(tx: Tx, auction: Auction, fall: Fall) -> None:
    """Step: draw every consequence of a fallen sale, of a lot that is locked.

    Raises Conflict for a lot that was not sold, or whose sale has fallen already.
    """
    result = tx.db.get(Outcome, auction.id)
    state = "fallen" if fallen(tx.db, auction.id) else result.outcome if result else auction.state
    advance_sale(state, fall.why)
    tx.db.add(FallenSale(auction_id=auction.id, why=fall.why, at=tx.now))
    _end_deposit(tx, auction, defaulted=fall.why == "default")
    listings.put_back(tx, auction.listing_id)
    board.fall_through(tx, origin="auction", origin_id=str(auction.id))
    publish(tx, auction, kind=fall.kind, text=fall.text)
    tx.emit(SaleFell(auction.id, fall.order_id, fall.why))
    tx.audit("auction.sale_undone", "auction", auction.id, why=fall.why)


def fallen(db: Session, auction_id: int) -> str | None:
    """How the sale of a lot fell; None while it stands."""
    return db.scalar(select(FallenSale.why).where(FallenSale.auction_id == auction_id))


def _end_deposit(tx: Tx, auction: Auction, *, defaulted: bool) -> None:
    winner = tx.db.scalar(
        select(Outcome.winner_organisation_id).where(Outcome.auction_id == auction.id)
    )
    if winner is None:
        return
    if defaulted:
        deposits.forfeit(tx, auction.id, organisation_id=winner, why="买受人逾期未签订合同")
    else:
        deposits.owe_release(tx, auction.id, organisation_id=winner)
