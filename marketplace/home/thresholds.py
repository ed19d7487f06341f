"""The thresholds in force, in words: for the rules page and its download."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.options import OPTIONS, OptionRow
from marketplace.web.filters import yuan


@dataclass(frozen=True, slots=True)
class ThresholdLine:
    """A threshold as the rules show it: name, value with unit, where it comes from."""

    key: str
    name: str
    value: str
    law: str


NAMES: Mapping[str, tuple[LazyString, LazyString]] = {
    "auction_notice_hours": (
        _l("Notice before a licensed auction"), _l("Auction Law, article 45")),
    "tender_notice_hours": (_l("Notice before listed bidding"), _l("rule of the market")),
    "auction_display_hours": (
        _l("Display before a licensed auction"), _l("Auction Law, article 48")),
    "tender_display_hours": (_l("Display before listed bidding"), _l("rule of the market")),
    "tender_run_hours": (
        _l("Shortest time that bidding runs"), _l("after the online court auction rules, 11")),
    "deposit_low_percent": (
        _l("Lowest deposit, of the start price"), _l("after the online court auction rules, 17")),
    "deposit_high_percent": (
        _l("Highest deposit, of the start price"), _l("after the online court auction rules, 17")),
    "soft_close_seconds": (
        _l("A bid in the last … extends by the same time"),
        _l("after the online court auction rules, 20")),
    "sealed_reveal_hours": (
        _l("Usual time to open sealed bids"), _l("rule of the market")),
    "dutch_interval_minutes": (
        _l("A falling price usually falls every"), _l("rule of the market")),
    "dutch_sealing_minutes": (
        _l("Usual time to go above who took a lot"), _l("rule of the market")),
    "dutch_reveal_minutes": (
        _l("Usual time to open what went above"), _l("rule of the market")),
    "dutch_topping_minutes": (
        _l("Usual time for the taker to answer"), _l("rule of the market")),
    "confirmation_working_days": (
        _l("Signing the deal confirmation"), _l("Auction Law, article 52; term of the market")),
    "deposit_return_hours": (
        _l("Deposits of the others go back within"),
        _l("after the online court auction rules, 23")),
    "commission_percent_hundredths": (
        _l("Commission of each side, of the price"), _l("Auction Law, article 56")),
    "four_eyes_minor": (
        _l("Two people of the market approve a payment above"), _l("rule of the market")),
    "listing_days": (_l("A listing stays without renewal"), _l("rule of the market")),
    "status_fresh_days": (_l("Oldest look-up of the legal status"), _l("rule of the market")),
    "verification_months": (
        _l("Organisations are verified again every"),
        _l("Zhejiang e-commerce regulation, article 9")),
    "verification_grace_days": (
        _l("Then selling goes on for at most"), _l("rule of the market")),
    "abnormal_price_multiple": (
        _l("A bid above so many times the start price is asked about"),
        _l("E-commerce Law, article 50")),
    "hall_heartbeat_seconds": (
        _l("A lot in the hall pauses when its console is silent for"),
        _l("after the online court auction rules, 28")),
    "publicity_days": (
        _l("A state-founded seller's negotiated deal stands in public"),
        _l("Zhejiang promotion rules, article 17")),
    "order_sign_days": (_l("A contract is signed within"), _l("rule of the market")),
    "order_default_grace_days": (
        _l("Then the parties have this long before the deal falls"), _l("rule of the market")),
    "stage_payment_days": (_l("A called payment is made within"), _l("rule of the market")),
    "second_offer_days": (
        _l("After a default the second bidder may accept within"), _l("rule of the market")),
    "talk_days": (
        _l("Talks below the reserve need both sides' consent within"), _l("rule of the market")),
    "rescission_days": (
        _l("A side reminded in form has this long before the other may rescind"),
        _l("Supreme Court on technology contracts, article 15")),
    "royalty_statement_days": (
        _l("A royalty is declared after the end of its period within"), _l("rule of the market")),
    "invoice_tax_hundredths": (
        _l("Tax rate inside the market's commission"),
        _l("VAT Law; rule of the market"),
    ),
    "acceptance_days": (
        _l("What is delivered and not answered counts as accepted after"),
        _l("rule of the market")),
    "ending_soon_seconds": (
        _l("Who follows a lot is told that it ends within"), _l("rule of the market")),
    "auction_records_years": (
        _l("The log of bids is kept"), _l("Auction Law, article 54: at least 5 years")),
}  # fmt: skip


def threshold_lines(values: Mapping[str, int]) -> list[ThresholdLine]:
    """Every threshold, in the order of the settings page."""
    return [
        ThresholdLine(key, str(NAMES[key][0]), amount_words(values[key], OPTIONS[key].unit),
                      str(NAMES[key][1]))
        for key in OPTIONS
        if key in NAMES
    ]  # fmt: skip


def amount_words(value: int, unit: str) -> str:
    """A threshold with its unit: ``168 hours``, ``5 minutes``, ``2%``."""
    if unit == "hundredths_of_percent":
        return f"{value / 100:g}%"
    if unit == "fen":
        return yuan(value)
    if unit == "percent":
        return f"{value}%"
    if unit == "seconds" and value % 60 == 0:
        return str(ngettext("%(num)s minute", "%(num)s minutes", value // 60))
    return _COUNTED[unit](value)


_COUNTED = {
    "seconds": lambda n: str(ngettext("%(num)s second", "%(num)s seconds", n)),
    "minutes": lambda n: str(ngettext("%(num)s minute", "%(num)s minutes", n)),
    "hours": lambda n: str(ngettext("%(num)s hour", "%(num)s hours", n)),
    "days": lambda n: str(ngettext("%(num)s day", "%(num)s days", n)),
    "working_days": lambda n: str(ngettext("%(num)s working day", "%(num)s working days", n)),
    "months": lambda n: str(ngettext("%(num)s month", "%(num)s months", n)),
    "years": lambda n: str(ngettext("%(num)s year", "%(num)s years", n)),
    "times": lambda n: str(ngettext("%(num)s time", "%(num)s times", n)),
}


def last_change(db: Session) -> datetime | None:
    """When a threshold was changed last; None while all have their defaults."""
    return db.scalar(select(func.max(OptionRow.changed_at)))
