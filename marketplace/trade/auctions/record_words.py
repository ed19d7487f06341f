"""The words of what is kept beside a lot: calendar, reminders, signs, the data room."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.notify import texts

CALENDAR: Mapping[str, LazyString] = {
    "notice": _l("Notice"),
    "display": _l("Display begins"),
    "opening": _l("Bidding opens"),
    "end": _l("Bidding ends"),
}
WEEKDAYS: tuple[LazyString, ...] = (
    _l("Mon"),
    _l("Tue"),
    _l("Wed"),
    _l("Thu"),
    _l("Fri"),
    _l("Sat"),
    _l("Sun"),
)
SIGNS: Mapping[str, LazyString] = {
    "address": _l("Bids came from the same network address"),
    "person": _l("The same person sent the bids"),
    "account": _l("The deposits came from the same bank account"),
}
OUTCOMES: Mapping[str, LazyString] = {
    "cleared": _l("Nothing wrong was found"),
    "acted": _l("The market acts on it"),
}
REASONS: Mapping[str, LazyString] = {
    "views": _l("Page views"),
    "offers": _l("Offers of buyers"),
    "followers": _l("Followers of an earlier lot"),
    "bidders": _l("Bidders of an earlier lot"),
    "missed": _l("An earlier lot ended below its reserve price"),
}
NOTICES: Mapping[str, tuple[LazyString, LazyString]] = {
    "auction.reminder_day": (
        _l("Bidding opens tomorrow: %(title)s"),
        _l("%(number)s opens at %(opens)s (Beijing time)."),
    ),
    "auction.reminder_hour": (
        _l("Bidding opens within the hour: %(title)s"),
        _l("%(number)s opens at %(opens)s (Beijing time)."),
    ),
    "auction.reminder_ending": (
        _l("Ending soon: %(title)s"),
        _l("%(number)s ends at %(ends)s (Beijing time) as it stands; a late bid may move the end."),
    ),
}

texts.register(NOTICES)
