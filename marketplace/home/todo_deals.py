"""What an organisation's negotiations, orders and tracked deals need from it now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.home.todo import Todo, left, urgency
from marketplace.trade.offers import queries as offers
from marketplace.trade.offers.queries import OfferLine
from marketplace.trade.orders import queries as orders
from marketplace.trade.orders import reports
from marketplace.trade.orders.queries import OrderLine
from marketplace.trade.orders.words import STATES
from marketplace.trade.royalties import queries as royalties
from marketplace.trade.royalties.queries import StatementLine
from marketplace.trade.tracking import queries as tracking
from marketplace.trade.tracking.queries import FollowUpLine
from marketplace.trade.tracking.reactions import REMIND_BEFORE
from marketplace.web.filters import day, yuan
from marketplace.web.i18n import pick
from rules.days import end_of, local_date

REPORT_DUE = (3, 30)


def about_deals(db: Session, organisation_id: int, *, now: datetime) -> list[Todo]:
    """Offers to answer, orders whose next act is ours, questions, royalties, the yearly report."""
    until = local_date(now) + REMIND_BEFORE
    return [
        *_offers(offers.waiting(db, organisation_id), now),
        *_orders(orders.waiting(db, organisation_id), now),
        *_questions(tracking.owed_by(db, organisation_id, until=until), now),
        *_royalties(royalties.owed_by(db, organisation_id, until=until), now),
        *_report(db, organisation_id, now),
    ]


def _offers(lines: Iterable[OfferLine], now: datetime) -> list[Todo]:
    return [
        Todo(
            one.expires_at, left(one.expires_at, now), urgency(one.expires_at, now),
            _("An offer to answer: %(title)s", title=pick(one.title, one.title_en or one.title)),
            _("The last proposal is %(price)s.", price=yuan(one.price_minor)),
            url_for("trade.offers.show", offer_id=one.id), _("Answer"),
        )
        for one in lines
    ]  # fmt: skip


def _orders(lines: Iterable[OrderLine], now: datetime) -> list[Todo]:
    return [
        Todo(
            one.act_by,
            left(one.act_by, now) if one.act_by else str(_("Your turn")),
            urgency(one.act_by, now) if one.act_by else "ink",
            _("Order %(number)s: your turn", number=one.number),
            f"{pick(one.title, one.title_en or one.title)} · {STATES[one.state]}",
            url_for("trade.orders.show", order_id=one.id), _("Open the order"),
        )
        for one in lines
    ]  # fmt: skip


def _questions(lines: Iterable[FollowUpLine], now: datetime) -> list[Todo]:
    return [
        Todo(
            end_of(one.due_on), left(end_of(one.due_on), now), "amber",
            _("File the licence with the patent office") if one.kind == "licence_filing"
            else _("After %(n)s months: what became of it", n=one.month),
            "", url_for("trade.orders.show", order_id=one.order_id), _("Tell"),
        )
        for one in lines
    ]  # fmt: skip


def _royalties(lines: Iterable[StatementLine], now: datetime) -> list[Todo]:
    return [
        Todo(
            end_of(one.due_on), left(end_of(one.due_on), now), urgency(end_of(one.due_on), now),
            _("Declare the royalty of %(first)s to %(last)s",
              first=day(one.from_on), last=day(one.last_on)),
            _("Nothing due is declared, too."),
            url_for("trade.orders.show", order_id=one.order_id, _anchor="royalties"), _("Declare"),
        )
        for one in lines
    ]  # fmt: skip


def _report(db: Session, organisation_id: int, now: datetime) -> list[Todo]:
    """L40: state-founded units report a year's conversions by 30 March; told from 1 March on."""
    today = local_date(now)
    last, year = date(today.year, *REPORT_DUE), today.year - 1
    if not date(today.year, 3, 1) <= today <= last:
        return []
    if not reports.has_deals(db, organisation_id, year):
        return []
    return [
        Todo(
            end_of(last), left(end_of(last), now), "ink",
            _("The report on the conversions of %(year)s", year=year),
            _("State-founded units send it by 30 March; your deals of the year are ready as a"
              " table."),
            url_for("trade.orders.year", kind="xlsx", year=year), _("Download"),
        )
    ]  # fmt: skip
