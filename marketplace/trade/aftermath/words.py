"""The words of this room: states, reasons, failures and notices, chosen by code."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.notify import texts
from marketplace.web import messages

DEFAULT_STATES: Mapping[str, LazyString] = {
    "open": _l("The seller chooses the way"),
    "wants_second": _l("To be offered to the second bidder"),
    "offered": _l("Offered to the second bidder"),
    "accepted": _l("The second bidder accepted; the contract comes next"),
    "wants_rerun": _l("To be sold in a new round"),
    "rerun": _l("The new round is under way"),
    "settled": _l("Settled"),
}
TALK_STATES: Mapping[str, LazyString] = {
    "possible": _l("Talks are possible"),
    "invited": _l("Both sides are invited"),
    "begun": _l("The talks have begun"),
    "declined": _l("Declined"),
    "expired": _l("Not answered in time"),
}
ANNULMENT_STATES: Mapping[str, LazyString] = {
    "waiting": _l("Waits for a second person"),
    "done": _l("Annulled"),
    "dropped": _l("Dropped"),
}
THINGS: Mapping[str, LazyString] = {
    "default": _l("Default of the buyer"),
    "talk": _l("Talks below the reserve"),
    "annulment": _l("Annulment"),
}
REASONS: Mapping[str, LazyString] = {
    "described_falsely": _l("The lot was described gravely falsely."),
    "system_fault": _l("A fault of the system falsified the result."),
    "collusion": _l("Bidders, or bidders and the market, colluded."),
    "unqualified_buyer": _l("The buyer was not qualified to bid."),
    "unequal_terms": _l("Unequal terms kept bidders out or favoured one."),
}
ACTIONS: Mapping[str, LazyString] = {
    "open": _l("Began"),
    "consent_second": _l("The seller consented to an offer to the second bidder"),
    "consent_rerun": _l("The seller consented to a new round"),
    "renounce": _l("The seller renounced a second sale"),
    "take_back": _l("The seller took the consent back"),
    "offer": _l("Offered to the second bidder"),
    "accept": _l("The second bidder accepted"),
    "decline": _l("Declined"),
    "expire": _l("The term ran out"),
    "sign": _l("The second bidder signed"),
    "fall": _l("The second bidder did not sign"),
    "rerun": _l("The new round was drafted"),
    "sold": _l("Sold in the new round"),
    "unsold": _l("Not sold in the new round"),
    "invite": _l("Both sides were invited"),
    "consent": _l("One side consented"),
    "begin": _l("Both sides consented"),
    "propose": _l("An annulment was proposed"),
    "confirm": _l("A second person confirmed"),
    "drop": _l("Dropped"),
}
FAILURES: Mapping[str, LazyString] = {
    "aftermath.move_refused": _l("This has moved on meanwhile. Please look at it again."),
    "aftermath.tick_needed": _l("Please tick that your organisation consents."),
    "aftermath.nobody_second": _l("Nobody else has a bid that stands."),
    "aftermath.offered_before": _l("The second bidder was asked already."),
    "aftermath.offer_expired": _l("The term to answer is over."),
    "aftermath.answered": _l("Your organisation has answered already."),
    "aftermath.reason_unknown": _l("Please choose one of the five reasons."),
    "aftermath.annulment_waits": _l("A proposal waits for a second person already."),
    "aftermath.not_sold": _l("There is no sale of this lot that could be undone."),
}
TOLD: Mapping[str, str] = {
    "open": "default.open",
    "accept": "default.accept",
    "rerun": "default.rerun",
}
"""The notice of a move of a default; the others lead back to the seller's choice."""
NOTICES: Mapping[str, tuple[LazyString, LazyString]] = {
    "default.open": (
        _l("The buyer defaulted: %(title)s"),
        _l("The deposit is kept. The seller chooses how the lot %(number)s is sold again."),
    ),
    "default.chosen": (
        _l("The seller has chosen: %(title)s"),
        _l("Please go on with the lot %(number)s."),
    ),
    "default.offer": (
        _l("You may buy %(title)s"),
        _l(
            "The buyer of %(number)s defaulted. You may take it at your own highest bid, %(price)s,"
            " until %(by)s; you owe no answer."
        ),
    ),
    "default.accept": (
        _l("The second bidder accepted: %(title)s"),
        _l("An order is opened; the contract comes next."),
    ),
    "default.rerun": (
        _l("The new round is drafted: %(title)s"),
        _l("It is announced as any other lot; who defaulted on %(number)s may not take part."),
    ),
    "default.again": (
        _l("Please choose again: %(title)s"),
        _l("The way chosen for the lot %(number)s led nowhere."),
    ),
    "default.settled": (
        _l("Settled after the default: %(title)s"),
        _l(
            "The deposit is used in the order of the law; %(sum)s is still owed. The paper follows."
        ),
    ),
    "talk.open": (
        _l("The highest bid stayed below the reserve: %(title)s"),
        _l("Somebody stood at %(price)s. The market may invite both sides to talk."),
    ),
    "talk.invite": (
        _l("You are invited to talk about %(title)s"),
        _l("The highest bid was %(price)s. Please say by %(by)s whether you want to talk."),
    ),
    "talk.begin": (
        _l("The talks have begun: %(title)s"),
        _l("They begin at %(price)s; you now know each other."),
    ),
    "talk.decline": (_l("No talks: %(title)s"), _l("One side does not want to talk.")),
    "talk.expire": (
        _l("No talks: %(title)s"),
        _l("One side did not answer the invitation in time."),
    ),
    "annulment.propose": (
        _l("An annulment waits for a second person: %(title)s"),
        _l("Please look into the lot %(number)s."),
    ),
    "annulment.confirm": (
        _l("The sale was annulled: %(title)s"),
        _l("The public notice of %(number)s says why. What was paid goes back."),
    ),
    "annulment.drop": (
        _l("An annulment was dropped: %(title)s"),
        _l("The sale of the lot %(number)s stands."),
    ),
}

messages.register(FAILURES)
texts.register(NOTICES)
