"""What needs the market's own people: reviews, deposits, lots, the machine itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from marketplace.home.todo import Todo, left, urgency
from marketplace.kernel.actor import Actor, StaffRole
from marketplace.kernel.outbox import backlog
from marketplace.review import queries as review
from marketplace.showcase.listings import desk_queries as listings
from marketplace.showcase.listings.desk_queries import Waiting
from marketplace.trade.auctions.queries import desk as trade_desk
from marketplace.trade.auctions.queries.desk import LotToRun
from marketplace.trade.orders import queries as orders
from marketplace.treasury.deposits import queries as treasury
from marketplace.treasury.payments import queries as payments
from marketplace.treasury.vouchers import queries as vouchers
from marketplace.web.filters import moment
from marketplace.web.i18n import pick

Work = Callable[[Session, datetime], list[Todo]]
LATE_OUTBOX = timedelta(minutes=10)


def for_staff(db: Session, actor: Actor, now: datetime) -> list[Todo]:
    """The work of every office the person holds."""
    return [item for role in OFFICES if actor.has(role) for item in OFFICES[role](db, now)]


def _reviewer(db: Session, now: datetime) -> list[Todo]:
    return [*_reviews(db, now), *_disputes(db)]


def _disputes(db: Session) -> list[Todo]:
    count = orders.desk_counts(db)["disputed"]
    if not count:
        return []
    title = ngettext("%(num)s dispute waits for a decision",
                     "%(num)s disputes wait for a decision", count)  # fmt: skip
    text = _("Money in escrow does not move meanwhile.")
    return [Todo(None, _("In dispute"), "seal", title, text,
                 url_for("trade.orders.desk"), _("Look at it"))]  # fmt: skip


def _reviews(db: Session, now: datetime) -> list[Todo]:
    load = review.workload(db, now)
    if not load.open or load.oldest_at is None:
        return []
    due = load.oldest_at + review.LATE
    title = ngettext("%(num)s case waits for review", "%(num)s cases wait for review", load.open)
    text = _("The oldest came %(time)s.", time=moment(load.oldest_at))
    return [Todo(due, left(due, now), urgency(due, now), title, text,
                 url_for("review.desk"), _("Review"))]  # fmt: skip


def _treasurer(db: Session, now: datetime) -> list[Todo]:
    counts, overdue = treasury.counts(db), treasury.overdue(db, now)
    owed = url_for("treasury.deposits.index", tab="owed")
    found = []
    if overdue:
        title = ngettext("%(num)s deposit is overdue to go back",
                         "%(num)s deposits are overdue to go back", overdue)  # fmt: skip
        found.append(Todo(now, _("overdue"), "seal", title,
                          _("Losers' deposits go back within 24 hours of the end."),
                          owed, _("Send back"), main=True))  # fmt: skip
    if counts["owed"] > overdue:
        title = ngettext("%(num)s deposit is to go back", "%(num)s deposits are to go back",
                         counts["owed"] - overdue)  # fmt: skip
        found.append(Todo(None, _("24 hours"), "amber", title, "",
                          owed, _("Send back")))  # fmt: skip
    if counts["expected"]:
        title = ngettext("%(num)s deposit is expected", "%(num)s deposits are expected",
                         counts["expected"])  # fmt: skip
        found.append(Todo(None, _("Expected"), "ink", title,
                          _("Compare with the bank's list and record what has arrived."),
                          url_for("treasury.payments.lines"), _("Record")))  # fmt: skip
    return [*found, *_voucher_work(db), *_bank_work(db)]


def _voucher_work(db: Session) -> list[Todo]:
    """Vouchers that buyers claimed and nobody has checked with their issuers."""
    waiting = vouchers.counts(db)["claimed"]
    if not waiting:
        return []
    title = ngettext("%(num)s voucher waits to be checked", "%(num)s vouchers wait to be checked",
                     waiting)  # fmt: skip
    return [Todo(None, _("Vouchers"), "amber", title, "",
                 url_for("treasury.vouchers.index"), _("Look at it"))]  # fmt: skip


def _bank_work(db: Session) -> list[Todo]:
    """Bank lines nobody has matched, instructions nobody has approved or sent."""
    waits = payments.waiting(db)
    place = url_for("treasury.payments.instructions", tab="approved")
    to_do = (
        (waits["lines"], ngettext("%(num)s bank line waits", "%(num)s bank lines wait",
                                  waits["lines"]),
         url_for("treasury.payments.lines"), _("Match")),
        (waits["proposed"], ngettext("%(num)s instruction waits for approval",
                                     "%(num)s instructions wait for approval", waits["proposed"]),
         url_for("treasury.payments.instructions"), _("Look at it")),
        (waits["approved"], ngettext("%(num)s instruction is to be sent to the bank",
                                     "%(num)s instructions are to be sent to the bank",
                                     waits["approved"]), place, _("Send")),
    )  # fmt: skip
    return [
        Todo(None, _("Bank"), "amber", title, "", where, action)
        for count, title, where, action in to_do
        if count
    ]


def _auctioneer(db: Session, now: datetime) -> list[Todo]:
    lots = trade_desk.to_run(db, now)
    drafted = {lot.listing_id for lot in lots if lot.status == "draft"}
    waiting = [one for one in listings.waiting_for_auction(db) if one.id not in drafted]
    return [*(_lot(lot, now) for lot in lots), *map(_to_schedule, waiting)]


def _lot(lot: LotToRun, now: datetime) -> Todo:
    title, place = (
        pick(lot.title, lot.title_en),
        url_for("trade.auctions.manage", auction_id=lot.id),
    )
    if lot.status == "draft":
        check = url_for("trade.auctions.check", auction_id=lot.id)
        return Todo(None, _("Draft"), "ink", _("Finish the notice: %(title)s", title=title),
                    lot.number, check, _("Check and publish"))  # fmt: skip
    if lot.status == "paused":
        return Todo(now, _("Paused"), "seal", _("Paused: %(title)s", title=title),
                    _("Resume it within five days, or withdraw it."), place,
                    _("Run the lot"))  # fmt: skip
    applied = ngettext("%(num)s bidder waits for the deposit.",
                       "%(num)s bidders wait for the deposit.", lot.applicants)  # fmt: skip
    text = applied if lot.applicants else lot.number
    if lot.status == "upcoming":
        return Todo(lot.opens_at, left(lot.opens_at, now), "ink",
                    _("Opens %(time)s: %(title)s", time=moment(lot.opens_at), title=title),
                    text, place, _("Run the lot"))  # fmt: skip
    return Todo(lot.ends_at, left(lot.ends_at, now), "seal",
                _("Bidding runs: %(title)s", title=title), text, place,
                _("Run the lot"))  # fmt: skip


def _to_schedule(one: Waiting) -> Todo:
    return Todo(None, _("To schedule"), "ink",
                _("This listing asks for bidding: %(title)s", title=one.title),
                one.organisation_name, url_for("trade.auctions.new", listing=one.id),
                _("Write the notice"))  # fmt: skip


def _administrator(db: Session, now: datetime) -> list[Todo]:
    owed, place = backlog(db), url_for("admin.dashboard")
    late = owed.oldest_at is not None and now - owed.oldest_at > LATE_OUTBOX
    if not owed.stuck and not late:
        return []
    text = _("%(owed)s deliveries are open, %(stuck)s failed at least twice.",
             owed=owed.owed, stuck=owed.stuck)  # fmt: skip
    return [Todo(None, _("Machine"), "seal", _("Deliveries do not get through"), text, place,
                 _("See the outbox"))]  # fmt: skip


OFFICES: dict[StaffRole, Work] = {
    StaffRole.REVIEWER: _reviewer,
    StaffRole.TREASURER: _treasurer,
    StaffRole.AUCTIONEER: _auctioneer,
    StaffRole.ADMINISTRATOR: _administrator,
}
