"""The words of this room, chosen by code; licensed sessions alone speak of auctions (L3)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.trade.auctions.words import CALLS
from marketplace.web import messages

__all__ = ["CALLS"]

STATES: Mapping[str, LazyString] = {
    "planned": _l("Planned"),
    "announced": _l("Announced"),
    "open": _l("In progress"),
    "over": _l("Over"),
    "cancelled": _l("Called off"),
}
PLACES: Mapping[str, LazyString] = {
    "web": _l("Online"),
    "hall": _l("In the hall"),
    "both": _l("In the hall and online at once"),
}
RUNNINGS: Mapping[str, LazyString] = {
    "sequence": _l("One lot after the other"),
    "parallel": _l("All lots at once"),
}
OFFICERS: Mapping[bool, tuple[LazyString, LazyString]] = {
    True: (_l("Auctioneer"), _l("Clerk")),
    False: (_l("Host of the bidding"), _l("Clerk")),
}
"""Who leads and who keeps the record, in a licensed session and in listed bidding."""
HAMMER: Mapping[bool, LazyString] = {True: _l("Hammer: sold"), False: _l("Declare sold")}
PASS: Mapping[bool, LazyString] = {True: _l("Pass the lot"), False: _l("Close without a sale")}
PAUSE_REASONS: tuple[LazyString, ...] = (
    _l("Questions from the hall are being answered."),
    _l("A technical fault is being checked."),
    _l("The papers of the lot are being looked at."),
)
UNDO_REASONS: tuple[LazyString, ...] = (
    _l("The paddle was keyed wrongly."),
    _l("The amount was keyed wrongly."),
    _l("The call in the hall was misheard."),
)
ENTRIES: Mapping[str, LazyString] = {
    "voided": _l("Bids of a bidder were voided"),
    "undone": _l("The last floor bid was undone"),
    "paused": _l("Paused"),
    "resumed": _l("Bidding goes on"),
    "reserve_met": _l("The reserve price is reached"),
    "closed": _l("Closed"),
    "cancelled": _l("Withdrawn"),
}
GUEST_STATES: Mapping[str, LazyString] = {
    "applied": _l("Deposit awaited"),
    "admitted": _l("May bid"),
    "refused": _l("Refused"),
    "voided": _l("Voided"),
}
FAILURES: Mapping[str, LazyString] = {
    "sessions.move_refused": _l("The session is in another state now; this cannot be done."),
    "sessions.title_needed": _l("Please give the session a title."),
    "sessions.venue_needed": _l("A session in the hall needs its place."),
    "sessions.two_people": _l("Who leads and who keeps the record must be two people."),
    "sessions.hall_in_sequence": _l("In a hall the lots run one after the other."),
    "sessions.rehearsal_in_hall": _l("Only a session in the hall is rehearsed."),
    "sessions.no_such_office": _l("Please choose somebody who holds this office."),
    "sessions.has_lots": _l("Take the lots out before you change place or way of selling."),
    "sessions.no_lots": _l("There is no lot in the session yet."),
    "sessions.too_many_lots": _l("A session holds up to %(most)s lots."),
    "sessions.lot_taken": _l("Lot %(lot)s is in a session already."),
    "sessions.lot_not_announced": _l("Lot %(lot)s is not announced, or it is over."),
    "sessions.lot_other_mode": _l(
        "Lot %(lot)s is sold another way: licensed auctions and listed bidding are not mixed."
    ),
    "sessions.lot_other_place": _l("Lot %(lot)s is announced for another place than the session."),
    "sessions.starts_in_past": _l("The session would begin in the past."),
    "sessions.opens_after_start": _l("Lot %(lot)s opens only after the session begins."),
    "sessions.ends_differ": _l("Lots %(before)s and %(lot)s run in parallel but end apart."),
    "sessions.ends_too_near": _l(
        "Lot %(lot)s must end at least a minute after lot %(before)s, which runs before it."
    ),
    "sessions.officer_of_seller": _l("Somebody of a seller may not run the session."),
    "sessions.too_early": _l("A session is opened from half an hour before its time."),
    "sessions.no_hall": _l("This session has no hall."),
    "sessions.not_open": _l("The session is not open."),
    "sessions.other_lot": _l("Another lot is up now. The page shows it."),
    "sessions.lot_runs": _l("The present lot is still running."),
    "sessions.lots_left": _l("There are lots left: end or withdraw them first."),
    "sessions.lots_needed": _l("Please choose at least one lot."),
    "sessions.paddle_range": _l("Paddles of the hall are numbered %(first)s to %(last)s."),
    "sessions.paddle_unknown": _l("Paddle %(paddle)s was not given out in this session."),
    "sessions.amount_unreadable": _l("Please enter an amount in yuan, like 1,280,000."),
    "sessions.lot_in_none": _l("No session is announced for this lot yet."),
    "sessions.queue_size": _l("At most %(most)s bids are taken in one go."),
    "sessions.queue_order": _l("The queued bids are not in order."),
    "sessions.queue_waits": _l("Resume the lot first; then the queued bids are taken."),
    "sessions.bad_signature": _l("A queued bid does not carry the signature of this console."),
}

messages.register(FAILURES)
