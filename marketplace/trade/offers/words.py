"""The words of this room: states, failures and notices, chosen by code."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.notify import texts
from marketplace.trade.orders.terms import PriceForm, RoyaltyBase
from marketplace.web import messages
from rules.enumerations.deals import LICENCE_KINDS, TRANSFER_MODES

STATES: Mapping[str, LazyString] = {
    "open": _l("Under negotiation"),
    "accepted": _l("Accepted"),
    "declined": _l("Declined"),
    "expired": _l("Expired"),
    "withdrawn": _l("Withdrawn"),
    "lapsed": _l("No longer on sale"),
}
TONES: Mapping[str, str] = {"open": "amber", "accepted": "jade"}
SIDES: Mapping[str, LazyString] = {"buyer": _l("Buyer"), "seller": _l("Seller")}
PRICE_FORMS: Mapping[str, LazyString] = {
    PriceForm.ONE_SUM: _l("One sum"),
    PriceForm.STAGES: _l("In stages"),
    PriceForm.ENTRY_ROYALTY: _l("Entry fee and royalty"),
}
BASES: Mapping[str, LazyString] = {
    RoyaltyBase.SALES: _l("net sales"),
    RoyaltyBase.OUTPUT: _l("value of the added output"),
    RoyaltyBase.PROFIT: _l("added profit"),
    RoyaltyBase.PRICE: _l("price of the product"),
}
WAYS, LICENCES = TRANSFER_MODES, LICENCE_KINDS
FAILURES: Mapping[str, LazyString] = {
    "offers.illegal_move": _l("This negotiation is over."),
    "offers.changed": _l("The other side answered meanwhile. Please look at it again."),
    "offers.not_your_turn": _l("The other side has the turn."),
    "offers.expired": _l("The proposal's term is over."),
    "offers.too_many_rounds": _l("This negotiation has had too many rounds; please begin anew."),
    "offers.not_negotiable": _l("This listing is sold in another way."),
    "offers.no_listed_price": _l("This listing has no listed price."),
    "offers.not_on_sale": _l("This listing is not on sale at the moment."),
    "offers.listing_changed": _l("The listing changed meanwhile. Please read it again."),
    "offers.open_already": _l("Your organisation has an open offer for this listing already."),
    "offers.may_not_offer": _l(
        "Owners and managers of another, verified organisation make offers."
    ),
    "offers.below_floor": _l("These talks began at the price of the highest bid: not below it."),
    "offers.days": _l("A proposal stands between 1 and 60 days."),
}
NOTICES: Mapping[str, tuple[LazyString, LazyString]] = {
    "offer.offer": (
        _l("A proposal awaits your answer: %(title)s"),
        _l("The proposed price is %(price)s."),
    ),
    "offer.accept": (
        _l("Agreed: %(title)s"),
        _l("The price is %(price)s. An order is opened; the contract comes next."),
    ),
    "offer.decline": (_l("Declined: %(title)s"), _l("The last proposal was %(price)s.")),
    "offer.withdraw": (_l("Withdrawn: %(title)s"), _l("The last proposal was %(price)s.")),
    "offer.expire": (_l("Expired: %(title)s"), _l("The last proposal was %(price)s.")),
    "offer.lapse": (
        _l("No longer on sale: %(title)s"),
        _l("The negotiation at %(price)s ended with that."),
    ),
}

messages.register(FAILURES)
texts.register(NOTICES)
