"""A sold lot goes onto the public deals board, once."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.context import Context
from marketplace.showcase.deals.steps import RecordDeal, record
from marketplace.showcase.listings import queries as listings
from marketplace.trade.auctions.models import Auction, Outcome, Signup
from rules.days import local_date


def publish_deal(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """Record the deal of a sold lot; names stay off where a party asked for it (L22)."""
    with ctx.transaction() as tx:
        result = tx.db.get_one(Outcome, payload["auction_id"])
        if result.winner_signup_id is None or result.price_minor is None:
            return
        auction = tx.db.get_one(Auction, result.auction_id)
        winner = tx.db.get_one(Signup, result.winner_signup_id)
        content = listings.lot_terms(tx.db, auction.listing_id).content
        deal = RecordDeal(
            origin="auction",
            origin_id=str(auction.id),
            title=auction.title,
            title_en=auction.title_en,
            kind=auction.subject_kind,
            cluster=auction.cluster,
            mode="assignment",
            way="auction" if auction.mode == "licensed_auction" else "tender",
            price_minor=result.price_minor,
            start_minor=auction.start_minor,
            agreed_on=local_date(result.closed_at),
            listing_id=auction.listing_id,
            auction_id=auction.id,
            seller_name="" if auction.hides_seller else auction.seller_name,
            buyer_name="" if winner.hides_name else winner.organisation_name,
            ipc=content.ipc[0][:4] if content.ipc else "",
            trl=content.trl,
        )
        record(tx, deal)
