"""The words of this room: states, failures and notices, chosen by code."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.notify import texts
from marketplace.web import messages
from rules.enumerations.deals import TRANSFER_MODES

STATES: Mapping[str, LazyString] = {
    "running": _l("Notice runs"),
    "cleared": _l("Ended without open objection"),
    "stopped": _l("Stopped by an objection"),
    "restarted": _l("Replaced by a newer version"),
}
TONES: Mapping[str, str] = {"running": "amber", "cleared": "jade", "stopped": "seal"}
ANSWERS: Mapping[str, LazyString] = {
    "open": _l("To be answered"),
    "rejected": _l("Not upheld"),
    "upheld": _l("Upheld"),
}
PARTS: Mapping[str, LazyString] = {
    "decision": _l("Decision of the unit"),
    "rules": _l("Rules of the notice"),
    "proof": _l("Proof of the public notice"),
    "objections": _l("Objections and answers"),
    "valuation": _l("Valuation or basis of the price"),
}
WAYS = TRANSFER_MODES
FAILURES: Mapping[str, LazyString] = {
    "publicity.illegal_move": _l("This public notice is over."),
    "publicity.answered_already": _l("This objection is answered already."),
    "publicity.not_owed": _l("No public notice is owed for this order."),
    "publicity.needed": _l("Please fill this in: it is part of the public notice."),
    "publicity.incomplete": _l("The public notice is not complete. See the fields marked."),
    "publicity.day_to_come": _l("The day of the unit's posting lies in the future."),
    "publicity.unknown_purpose": _l("This kind of file does not belong here."),
    "publicity.too_many_files": _l("A public notice holds %(most)s files at most."),
    "publicity.over": _l("The term for objections is over."),
    "publicity.objection_incomplete": _l("Name, contact and reasons are needed."),
}
NOTICES: Mapping[str, tuple[LazyString, LazyString]] = {
    "publicity.objection": (
        _l("Objection received: %(title)s"),
        _l("It must be answered before the contract can be signed."),
    ),
}

messages.register(FAILURES)
texts.register(NOTICES)
