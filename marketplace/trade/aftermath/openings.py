"""What begins, ends or goes on because something happened to a lot or an order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.kernel.context import Context, Tx
from marketplace.trade.aftermath import claims
from marketplace.trade.aftermath.commands.defaults import forget_way
from marketplace.trade.aftermath.events import DefaultMoved, TalkMoved
from marketplace.trade.aftermath.history import move_default, move_talk, remember
from marketplace.trade.aftermath.models import Default, Talk
from marketplace.trade.auctions import aftermath as lots
from marketplace.trade.orders import facts as order_facts
from marketplace.treasury.deposits import queries as deposits

BATCH = 100


def open_default(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """The winner did not sign in time: a default begins, once per lot."""
    if payload["why"] != "default":
        return
    with ctx.transaction() as tx:
        of = lots.lock_sale(tx, payload["auction_id"])
        winner = of.winner_organisation_id
        if winner is None or tx.db.get(Default, of.auction_id) is not None:
            return
        fees = order_facts.commissions_of(tx.db, payload["order_id"])
        kept = deposits.forfeited_minor(tx.db, of.auction_id, organisation_id=winner)
        tx.db.add(
            Default(
                auction_id=of.auction_id,
                state="open",
                order_id=payload["order_id"],
                seller_organisation_id=of.seller_organisation_id,
                defaulter_organisation_id=winner,
                price_minor=of.price_minor,
                buyer_commission_minor=fees.buyer_minor,
                seller_commission_minor=fees.seller_minor,
                kept_minor=kept,
                opened_at=tx.now,
            )
        )
        remember(tx, of.auction_id, thing="default", action="open", state="open")
        tx.emit(DefaultMoved(of.auction_id, "open", "open"))


def open_talks(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """Somebody led below the reserve: talks are possible, once per lot."""
    if payload["outcome"] != "reserve_not_met":
        return
    with ctx.transaction() as tx:
        of = lots.lock_sale(tx, payload["auction_id"])
        best = lots.leader_below(tx.db, of.auction_id)
        if best is None or tx.db.get(Talk, of.auction_id) is not None:
            return
        tx.db.add(
            Talk(
                auction_id=of.auction_id,
                state="possible",
                seller_organisation_id=of.seller_organisation_id,
                signup_id=best.signup_id,
                bidder_organisation_id=best.organisation_id,
                price_minor=best.price_minor,
                opened_at=tx.now,
            )
        )
        remember(tx, of.auction_id, thing="talk", action="open", state="possible")
        tx.emit(TalkMoved(of.auction_id, "open", "possible"))


def end_rerun(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """The re-run of a default is over: sold, the claim is known; else the seller chooses again."""
    with ctx.transaction() as tx:
        row = _locked_by(tx, Default.rerun_auction_id == payload["auction_id"])
        if row is None or row.state != "rerun":
            return
        price = payload.get("price_minor")
        if payload.get("outcome") == "sold" and price is not None:
            _settle(tx, row, resale_minor=price, action="sold")
        else:
            move_default(tx, row, "unsold")
            forget_way(row)


def end_second_order(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """The second bidder signed, and the claim is known; or that came to nothing as well."""
    with ctx.transaction() as tx:
        row = _locked_by(tx, Default.second_order_id == payload["order_id"])
        if row is None or row.state != "accepted":
            return
        if payload["action"] == "sign":
            _settle(tx, row, resale_minor=row.second_minor, action="sign")
        elif payload["state"] in ("cancelled", "refunded", "defaulted"):
            move_default(tx, row, "fall")
            forget_way(row)


def expire_due(ctx: Context) -> int:
    """Sweep: offers to second bidders and invitations whose term is over; how many ended."""
    with ctx.transaction() as tx:
        offers = select(Default.auction_id).where(
            Default.state == "offered", Default.offer_until <= tx.now
        )
        talks = select(Talk.auction_id).where(Talk.state == "invited", Talk.expires_at <= tx.now)
        late = [(one, True) for one in tx.db.scalars(offers.limit(BATCH))]
        late += [(one, False) for one in tx.db.scalars(talks.limit(BATCH))]
    return sum(_expire(ctx, auction_id, is_offer=is_offer) for auction_id, is_offer in late)


def _expire(ctx: Context, auction_id: int, *, is_offer: bool) -> bool:
    with ctx.transaction() as tx:
        lots.lock_sale(tx, auction_id)
        if is_offer:
            row = tx.db.get_one(Default, auction_id, populate_existing=True)
            if row.state != "offered" or row.offer_until is None or row.offer_until > tx.now:
                return False
            move_default(tx, row, "expire")
            forget_way(row)
            return True
        talk = tx.db.get_one(Talk, auction_id, populate_existing=True)
        if talk.state != "invited" or talk.expires_at is None or talk.expires_at > tx.now:
            return False
        move_talk(tx, talk, "expire")
        return True


def _settle(tx: Tx, row: Default, *, resale_minor: int | None, action: str) -> None:
    move_default(tx, row, action)
    claims.settle(tx, row, resale_minor=resale_minor, way=action)


def _locked_by(tx: Tx, which: Any) -> Default | None:
    """Step: the default that waits for this lot or order, under its own lot's lock."""
    found = tx.db.scalar(select(Default.auction_id).where(which))
    if found is None:
        return None
    lots.lock_sale(tx, found)
    return tx.db.scalars(
        select(Default).where(which).execution_options(populate_existing=True)
    ).one_or_none()
