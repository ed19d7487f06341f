"""What needs a member of an organisation: verification, bids, deposits, listings, demands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from flask_babel import gettext as _

from marketplace.exchange.demands import desk_queries as demand_desk
from marketplace.home.todo import Todo, glance, left, urgency
from marketplace.identity.organisations.queries import Belonging
from marketplace.identity.organisations.states import State
from marketplace.kernel.actor import Actor
from marketplace.showcase.listings import desk_queries as listing_desk
from marketplace.trade.auctions.queries.mine import MyBid
from marketplace.treasury.deposits.desk_queries import ExpectedDeposit
from marketplace.web.filters import day, moment, yuan
from marketplace.web.i18n import pick
from rules.days import add_working_days, end_of, local_date

WON_SHOWN = timedelta(days=30)
OPENS_SOON = timedelta(days=3)


def about_organisation(actor: Actor, belongings: Sequence[Belonging]) -> list[Todo]:
    """Nothing can be sold or bought before an organisation is founded and verified (L69)."""
    if not belongings:
        return [] if actor.is_staff else [_found()]
    own = [one for one in belongings if one.organisation_id == actor.organisation_id]
    found = [item for one in own if (item := _verification(one)) is not None]
    return [*found, *(_paused(one) for one in own if one.selling_paused)]


def _found() -> Todo:
    return Todo(
        None, _("First step"), "ink",
        _("Enter your organisation"),
        _("Selling, bidding and demands are for organisations; inventors enter themselves."),
        url_for("identity.organisations.new"), _("Enter it"),
    )  # fmt: skip


def _verification(own: Belonging) -> Todo | None:
    words = {
        State.NONE: (
            _("Not verified"), "amber", _("Have your organisation verified"),
            _("Send the certificate with the credit code; selling and bidding wait for it."),
            _("Send papers"),
        ),
        State.RETURNED: (
            _("Returned"), "amber", _("The verification papers came back"),
            _("Read the reviewer's reason, correct the papers and send them again."),
            _("Correct them"),
        ),
        State.SUBMITTED: (
            _("In review"), "ink", _("The market is verifying your organisation"),
            _("You may prepare listings and demands meanwhile."), _("See the papers"),
        ),
        State.SUSPENDED: (
            _("Suspended"), "seal", _("Your organisation is suspended"),
            _("The reason is on its page; running deals are not touched."), _("Read the reason"),
        ),
    }  # fmt: skip
    if own.state not in words:
        return None
    due, tone, title, text, action = words[own.state]
    return Todo(None, due, tone, title, text, _organisation(own), action)


def _paused(own: Belonging) -> Todo:
    return Todo(
        None, _("Paused"), "amber",
        _("Selling is paused: the verification has run out"),
        _("Every six months the papers are checked again (Zhejiang e-commerce regulation)."),
        _organisation(own), _("Renew it"),
    )  # fmt: skip


def _organisation(own: Belonging) -> str:
    return url_for("identity.organisations.show", organisation_id=own.organisation_id)


@dataclass(frozen=True, slots=True)
class MyLots:
    """The lots on which the organisation has bid, and those it won and has not signed for."""

    has_bid: Collection[int]
    unsigned: Collection[int]


def about_bids(bids: Iterable[MyBid], mine: MyLots, *, now: datetime, days: int) -> list[Todo]:
    """Where the organisation was outbid, leads, may begin to bid, or has won.

    ``days``: working days until the confirmation must be signed (L16).
    """
    found = [_about_bid(bid, mine, now=now, days=days) for bid in bids]
    return [item for item in found if item is not None]


def _about_bid(bid: MyBid, mine: MyLots, *, now: datetime, days: int) -> Todo | None:
    if bid.status == "sold" and bid.leads and bid.ends_at + WON_SHOWN > now:
        if bid.auction_id not in mine.unsigned:
            return None
        return _won(bid, now=now, days=days)
    if bid.signup_state != "admitted":
        return None
    if bid.status == "live":
        return _leading(bid, now) if bid.leads else _behind(bid, mine.has_bid, now)
    if bid.status == "upcoming" and bid.opens_at - now <= OPENS_SOON:
        return Todo(
            bid.opens_at, left(bid.opens_at, now), "ink",
            _("Opens soon: %(title)s", title=_title(bid)),
            _("Bidding opens %(time)s; your paddle is %(paddle)s.",
              time=moment(bid.opens_at), paddle=bid.paddle),
            _lot(bid.auction_id), _("See the lot"),
        )  # fmt: skip
    return None


def _won(bid: MyBid, *, now: datetime, days: int) -> Todo:
    last = end_of(add_working_days(local_date(bid.ends_at), days))
    return Todo(
        last, left(last, now), urgency(last, now),
        _("You won: %(title)s", title=_title(bid)),
        _("Price %(price)s. Sign the confirmation within %(days)s working days.",
          price=yuan(bid.price_minor), days=days),
        _lot(bid.auction_id), _("Open the papers"),
    )  # fmt: skip


def _leading(bid: MyBid, now: datetime) -> Todo:
    return Todo(
        bid.ends_at, left(bid.ends_at, now), "ink",
        _("You lead: %(title)s", title=_title(bid)),
        _("The price is %(price)s.", price=yuan(bid.price_minor)),
        _lot(bid.auction_id), _("See the lot"),
    )  # fmt: skip


def _behind(bid: MyBid, has_bid: Collection[int], now: datetime) -> Todo:
    outbid = bid.auction_id in has_bid
    title = _("You were outbid: %(title)s") if outbid else _("You may bid: %(title)s")
    no_bid = _("No bid yet; your paddle is %(paddle)s.", paddle=bid.paddle)
    price = _("The price is %(price)s.", price=yuan(bid.price_minor))
    return Todo(
        bid.ends_at, left(bid.ends_at, now), "seal",
        title % {"title": _title(bid)},
        no_bid if bid.price_minor is None else price,
        _lot(bid.auction_id), _("Bid"), main=True,
    )  # fmt: skip


def about_deposits(
    deposits: Iterable[ExpectedDeposit], bids: Iterable[MyBid], *, now: datetime
) -> list[Todo]:
    """Deposits the organisation was asked for; without them it may not bid (L23)."""
    ends = {bid.auction_id: bid for bid in bids}
    return [_deposit(one, ends.get(one.auction_id), now) for one in deposits]


def _deposit(one: ExpectedDeposit, bid: MyBid | None, now: datetime) -> Todo:
    at = None if bid is None else (bid.opens_at if bid.opens_at > now else bid.ends_at)
    return Todo(
        at, _("To pay") if at is None else left(at, now), "seal",
        _("Pay the deposit of %(amount)s", amount=yuan(one.amount_minor)),
        _("%(title)s; write %(reference)s on the transfer.",
          title=glance(one.title), reference=one.reference),
        _lot(one.auction_id), _("See the account"), main=True,
    )  # fmt: skip


def about_listings(rows: Iterable[listing_desk.NeedsWork], *, now: datetime) -> list[Todo]:
    """Listings that came back, were stopped, ran out or soon will."""
    return [_listing(row, now) for row in rows]


def _listing(row: listing_desk.NeedsWork, now: datetime) -> Todo:
    shown = url_for("showcase.listings.show", listing_id=row.id)
    title = row.title or _("Draft without a title")
    if row.why == "returned":
        edit = url_for("showcase.listings.edit", listing_id=row.id)
        return Todo(None, _("Returned"), "amber", _("A listing came back: %(title)s", title=title),
                    glance(row.text), edit, _("Correct it"))  # fmt: skip
    if row.why == "suspended":
        return Todo(None, _("Suspended"), "seal", _("A listing is suspended: %(title)s",
                    title=title), glance(row.text), shown, _("Read the reason"))  # fmt: skip
    if row.why == "expired" or row.expires_at is None:
        return Todo(None, _("Expired"), "amber", _("A listing has expired: %(title)s", title=title),
                    _("It is out of the catalogue; one click puts it back."), shown,
                    _("Renew it"))  # fmt: skip
    return Todo(row.expires_at, left(row.expires_at, now), "amber",
                _("A listing expires: %(title)s", title=title),
                _("On %(day)s it leaves the catalogue.", day=day(row.expires_at)), shown,
                _("Renew it"))  # fmt: skip


def about_demands(rows: Iterable[demand_desk.NeedsWork], *, today: date) -> list[Todo]:
    """Demands that came back, were stopped, ran out or soon will."""
    return [_demand(row, today) for row in rows]


def _demand(row: demand_desk.NeedsWork, today: date) -> Todo:
    shown = url_for("exchange.demands.show", demand_id=row.id)
    edit = url_for("exchange.demands.edit", demand_id=row.id)
    title = row.title or _("Draft without a title")
    if row.state == "returned":
        return Todo(None, _("Returned"), "amber", _("A demand came back: %(title)s", title=title),
                    _("The reviewer's words are in your inbox."), edit,
                    _("Correct it"))  # fmt: skip
    if row.state == "suspended":
        return Todo(None, _("Suspended"), "seal", _("A demand is suspended: %(title)s",
                    title=title), _("The reason is in your inbox."), shown,
                    _("See the demand"))  # fmt: skip
    if row.state == "expired" or row.deadline is None or row.deadline < today:
        return Todo(None, _("Expired"), "amber", _("A demand has expired: %(title)s", title=title),
                    _("Set a new day if you still need it."), edit, _("Renew it"))  # fmt: skip
    end = end_of(row.deadline)
    return Todo(end, day(row.deadline), "amber", _("A demand ends: %(title)s", title=title),
                _("Answers are taken until %(day)s.", day=day(row.deadline)), edit,
                _("Set a new day"))  # fmt: skip


def _title(bid: MyBid) -> str:
    return pick(bid.title, bid.title_en)


def _lot(auction_id: int) -> str:
    return url_for("trade.auctions.show", auction_id=auction_id)
