"""The words of sealed and Dutch lots: formats, stages, verdicts, refusals, notices."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.notify import texts
from marketplace.web import messages

FORMATS: Mapping[str, LazyString] = {
    "english": _l("Rising bids"),
    "sealed": _l("Sealed bids"),
    "dutch": _l("Falling price"),
}
STAGES: Mapping[str, LazyString] = {
    "bidding": _l("Handing in"),
    "sealing": _l("Others may go above"),
    "revealing": _l("Bids are being opened"),
    "topping": _l("The taker may answer"),
    "taken": _l("Result being written"),
}
"""How far a sealed or a Dutch lot has come; the first stage of a Dutch lot is its falling price."""
VERDICTS: Mapping[str, LazyString] = {
    "stands": _l("Sealed"),
    "opened": _l("Opened"),
    "replaced": _l("Replaced"),
    "voided": _l("Voided"),
    "counts": _l("Counts"),
    "too_low": _l("Too low, does not count"),
    "unrevealed": _l("Not opened, void"),
}
ACTS: Mapping[str, LazyString] = {
    "bid": _l("Bid"),
    "commit": _l("Sealed bid"),
    "reveal": _l("Opening"),
    "take": _l("Take"),
    "top": _l("Answer to the best bid"),
}
"""What a bidder did, for his receipt."""
REASONS: dict[str, LazyString] = {
    "other_format": _l("This lot is not sold in that way. Please load its page again."),
    "bad_commitment": _l("This is no seal: a seal is 64 characters from 0 to 9 and a to f."),
    "no_commitment": _l("You have no sealed bid that could be opened."),
    "already_revealed": _l("Your bid has been opened already."),
    "wrong_opening": _l(
        "Amount and random number do not fit your last seal. Use the receipt of your last bid."
    ),
    "above_limit": _l("The price had not fallen to the one you saw yet. Please try again."),
    "not_the_taker": _l("Only who took the lot may answer the best bid."),
    "taker_has_taken": _l("You took the lot; the others go above now, and you may answer them."),
}
OPENING_REASONS: Mapping[str, LazyString] = {
    "not_open": _l("Bids cannot be opened yet."),
    "ended": _l("The time to open bids is over."),
}
"""What differs where a sealed bid is opened."""
FINDINGS: dict[str, LazyString] = {
    "sealed_is_not_open": _l("A licensed auction is open bidding: sealed bids are not."),
    "deposit_above_earnest": _l(
        "At the lowest price only %(earnest_minor)s of the deposit is earnest money;"
        " %(above_minor)s lies above 20 percent of the price."
    ),
    "hard_end_limits_extension": _l(
        "A last possible end limits how far late bids move the end; the rule knows no limit."
    ),
}
FAILURES: Mapping[str, LazyString] = {
    "auctions.price_fell": _l(
        "The price fell while nobody could take it: withdraw the lot and run it again."
    ),
    "auctions.dutch_has_reserve": _l("A falling price has no reserve: the lowest price is it."),
    "auctions.hard_end_is_english": _l("Only rising bids have a last possible end."),
    "auctions.seal_needs_script": _l(
        "No seal arrived. Your amount was not sent: it must be sealed on your own device first."
    ),
    "auctions.receipt_unreadable": _l("This is not the receipt of a sealed bid."),
}
NOTICES: Mapping[str, tuple[LazyString, LazyString]] = {
    "auction.to_open": (
        _l("Open your sealed bid now: %(title)s"),
        _l("Bids are opened until %(until)s (Beijing time). What is not opened is void."),
    ),
    "auction.minutes": (
        _l("The bids are opened: %(title)s"),
        _l("The opening minutes of %(number)s are public."),
    ),
    "auction.taken": (
        _l("You took %(title)s"),
        _l("The price is %(price)s. Until %(until)s (Beijing time) others may go above it."),
    ),
    "auction.taken_from": (
        _l("Taken at %(price)s: %(title)s"),
        _l("You may seal a higher bid until %(until)s (Beijing time)."),
    ),
    "auction.to_top": (
        _l("Somebody went above you: %(title)s"),
        _l("You may answer once, until %(until)s (Beijing time)."),
    ),
    "auction.deposit_kept": (
        _l("Your deposit is lost: %(title)s"),
        _l("You did not open your sealed bid on %(number)s, and the notice says what follows."),
    ),
}

messages.register(FAILURES)
texts.register(NOTICES)
