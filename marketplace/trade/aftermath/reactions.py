"""What this room does when it hears something, whom it tells, and what it does by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marketplace.identity import queries as identity
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.heard import is_news
from marketplace.kernel.jobs import Job
from marketplace.notify.commands import tell
from marketplace.trade.aftermath import openings, words
from marketplace.trade.aftermath.models import Default, Talk
from marketplace.trade.auctions import aftermath as lots
from marketplace.trade.auctions.aftermath import Sale
from marketplace.web.filters import moment, yuan

STAFF_ONLY = ("consent_second", "consent_rerun", "take_back")
"""Moves of a default that the market hears of, so that it goes the way."""


def tell_default(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
    """Seller, market and second bidder each hear what concerns them."""
    with ctx.transaction() as tx:
        if not is_news(tx, row_id):
            return
        of = lots.sale(tx.db, payload["auction_id"])
        row = tx.db.get_one(Default, of.auction_id)
        action = payload["action"]
        market = set(identity.staff_ids(tx.db, StaffRole.AUCTIONEER))
        seller = set(identity.members_of(tx.db, row.seller_organisation_id))
        if action == "offer":
            _tell_second(tx, of, row)
        elif action in STAFF_ONLY:
            _tell(tx, of, kind="default.chosen", to=market)
        elif row.state == "settled":
            _tell(tx, of, kind="default.settled", to=market | seller, sum=yuan(row.owed_minor or 0))
        else:
            _tell(tx, of, kind=words.TOLD.get(action, "default.again"), to=market | seller)


def _tell_second(tx: Tx, of: Sale, row: Default) -> None:
    if row.second_organisation_id is None or row.offer_until is None:
        return
    people = set(identity.members_of(tx.db, row.second_organisation_id))
    facts = {"price": yuan(row.second_minor or 0), "by": moment(row.offer_until)}
    _tell(tx, of, kind="default.offer", to=people, **facts)


def tell_talk(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
    """The seller hears that somebody led; later both sides hear how it goes on."""
    with ctx.transaction() as tx:
        if not is_news(tx, row_id):
            return
        of = lots.sale(tx.db, payload["auction_id"])
        row = tx.db.get_one(Talk, of.auction_id)
        action, price = payload["action"], yuan(row.price_minor)
        people = set(identity.members_of(tx.db, row.seller_organisation_id))
        if action == "open":
            people |= set(identity.staff_ids(tx.db, StaffRole.AUCTIONEER))
        else:
            people |= set(identity.members_of(tx.db, row.bidder_organisation_id))
        if action == "consent":
            return  # who has consented is no business of the other before he has, too
        by = moment(row.expires_at) if row.expires_at else ""
        url = f"/trade/offers/{row.offer_id}" if action == "begin" else ""
        _tell(tx, of, kind=f"talk.{action}", to=people, url=url, price=price, by=by)


def tell_annulment(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
    """A proposal is told to those who may confirm it; an annulment to both sides."""
    with ctx.transaction() as tx:
        if not is_news(tx, row_id):
            return
        of = lots.sale(tx.db, payload["auction_id"])
        people: set[int] = set()
        if payload["action"] == "confirm":
            people |= set(identity.members_of(tx.db, of.seller_organisation_id))
            people |= set(identity.members_of(tx.db, of.winner_organisation_id or 0))
        else:
            for role in (StaffRole.AUCTIONEER, StaffRole.ADMINISTRATOR):
                people |= set(identity.staff_ids(tx.db, role))
        url = f"/trade/auctions/{of.auction_id}" if payload["action"] == "confirm" else ""
        _tell(tx, of, kind=f"annulment.{payload['action']}", to=people, url=url)


def _tell(tx: Tx, of: Sale, *, kind: str, to: set[int], url: str = "", **facts: str) -> None:
    told = {"title": of.title, "number": of.number, **facts}
    where = url or f"/trade/aftermath/{of.auction_id}"
    tell(tx, user_ids=to, kind=kind, facts=told, url=where)


REACTIONS = {
    "trade.sale_fell": {"aftermath.open_default": openings.open_default},
    "trade.auction_closed": {
        "aftermath.open_talks": openings.open_talks,
        "aftermath.end_rerun": openings.end_rerun,
    },
    "trade.auction_withdrawn": {"aftermath.rerun_withdrawn": openings.end_rerun},
    "trade.order_moved": {"aftermath.end_second_order": openings.end_second_order},
    "trade.default_moved": {"aftermath.tell_default": tell_default},
    "trade.talk_moved": {"aftermath.tell_talk": tell_talk},
    "trade.annulment_moved": {"aftermath.tell_annulment": tell_annulment},
}
JOBS = (Job("aftermath.expire_due", timedelta(minutes=5), openings.expire_due),)
