"""My desk: what needs me now, then what is mine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from marketplace.exchange.demands import desk_queries as demands
from marketplace.home import todo_deals, todo_market, todo_member
from marketplace.home.board import board_rows
from marketplace.home.root import bp
from marketplace.home.tabs import DeskTabs
from marketplace.home.todo import Todo, by_time
from marketplace.identity.organisations import queries as organisations
from marketplace.identity.organisations.queries import Belonging
from marketplace.kernel.actor import Actor
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.options import option
from marketplace.notify import queries as notices
from marketplace.notify import texts
from marketplace.showcase.listings import desk_queries as listings
from marketplace.trade.auctions.queries import desk as trade_desk
from marketplace.trade.auctions.queries.board import AuctionCard
from marketplace.trade.auctions.queries.mine import MyBid, my_bids
from marketplace.trade.orders import facts as orders
from marketplace.treasury.deposits import desk_queries as deposits
from marketplace.web.access import SIGNED_IN, access
from marketplace.web.context import current_context, signed_in

NOTICES = 5
BIDS = 8


@dataclass(frozen=True, slots=True)
class Mine:
    """What an organisation has in the market."""

    todo: list[Todo] = field(default_factory=list)
    bids: tuple[MyBid, ...] = ()
    selling: list[AuctionCard] = field(default_factory=list)
    listing_counts: dict[str, int] = field(default_factory=dict)
    demand_counts: dict[str, int] = field(default_factory=dict)
    views: int = 0


@bp.get("/desk")
@access(SIGNED_IN)
def desk() -> str:
    """What needs this person now, by due time; figures; own lots; the newest notices."""
    ctx, actor = current_context(), signed_in()
    now = ctx.clock()
    with ctx.reading() as db:
        belongings = organisations.memberships(db, actor.user_id)
        mine = _mine(db, actor, now)
        todo = [
            *todo_member.about_organisation(actor, belongings),
            *mine.todo,
            *todo_market.for_staff(db, actor, now),
        ]
        newest = notices.inbox(db, actor.user_id).items[:NOTICES]
    values = _shown(actor, mine, now)
    return render_template(
        "home/desk.html", todo=by_time(todo), notices=newest, texts=texts, now=now,
        joined=_joined(actor, belongings), **values,
    )  # fmt: skip


def _joined(actor: Actor, belongings: list[Belonging]) -> Belonging | None:
    for one in belongings:
        if one.organisation_id == actor.organisation_id:
            return one
    return None


def _lots(db: Session, own: int, bids: Sequence[MyBid]) -> todo_member.MyLots:
    has_won = any(one.status == "sold" and one.leads for one in bids)
    unsigned = orders.unsigned_lots(db, own) if has_won else frozenset()
    return todo_member.MyLots(trade_desk.has_bid_on(db, own), unsigned)


def _mine(db: Session, actor: Actor, now: datetime) -> Mine:
    own = actor.organisation_id
    if own is None:
        return Mine()
    today = now.astimezone(SHANGHAI).date()
    bids = my_bids(db, own, now=now)
    days = option(db, "confirmation_working_days")
    todo = [
        *todo_member.about_bids(bids, _lots(db, own, bids), now=now, days=days),
        *todo_member.about_deposits(deposits.expected_of(db, own), bids, now=now),
        *todo_member.about_listings(listings.needing_work(db, own, now=now), now=now),
        *todo_deals.about_deals(db, own, now=now),
        *todo_member.about_demands(demands.needing_work(db, own, today=today), today=today),
    ]
    return Mine(
        todo=todo,
        bids=bids,
        selling=trade_desk.selling(db, own, now=now),
        listing_counts=dict(listings.counts_of(db, own)),
        demand_counts=dict(demands.counts_of(db, own)),
        views=listings.views_of(db, own, today=today),
    )


def _shown(actor: Actor, mine: Mine, now: datetime) -> dict[str, Any]:
    tabs = {
        "listings": sum(mine.listing_counts.values()),
        "bids": len(mine.bids),
        "demands": sum(mine.demand_counts.values()),
    }
    return {
        "actor": actor,
        "mine": mine,
        "bids": mine.bids[:BIDS],
        "selling": board_rows(mine.selling, now),
        "desk_tabs": DeskTabs(tabs),
    }
