"""A sold lot whose deal does not come about: deposit, listing, board; the defaulter stays out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.heard import is_news
from marketplace.showcase.deals import steps as board
from marketplace.showcase.listings import steps as listings
from marketplace.trade.auctions.locking import locked_lot
from marketplace.trade.auctions.models import Auction, Outcome
from marketplace.trade.orders import facts as order_facts
from marketplace.treasury.deposits import steps as deposits

ENDS = ("default", "cancel", "refund")


def undo_sale(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
    """The order of a lot ended without a deal: once per delivery.

    In default the deposit is forfeited (拍卖法 39, L28); called off by agreement it goes back,
    unless it counts to the price already. The listing is on sale again.
    """
    if payload["action"] not in ENDS:
        return
    with ctx.reading() as db:
        auction_id = order_facts.auction_of(db, payload["order_id"])
    if auction_id is None:
        return
    with ctx.transaction() as tx:
        if not is_news(tx, row_id):
            return
        auction, _state = locked_lot(tx, auction_id)
        _end_deposit(tx, auction, defaulted=payload["action"] == "default")
        listings.put_back(tx, auction.listing_id)
        board.fall_through(tx, origin="auction", origin_id=str(auction.id))
        tx.audit("auction.sale_undone", "auction", auction.id, why=payload["action"])


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
