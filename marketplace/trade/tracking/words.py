"""The words of this room."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.notify import texts
from marketplace.web import messages

REGISTRATION: Mapping[str, LazyString] = {
    "not_applied": _l("Not applied for"),
    "accepted": _l("Accepted by the registrar"),
    "registered": _l("Registered"),
    "refused": _l("Not registered"),
}
USES: Mapping[str, LazyString] = {
    "production": _l("In serial production"),
    "trial": _l("In trial production"),
    "development": _l("Still in development"),
    "idle": _l("Not in use"),
}
FAILURES: Mapping[str, LazyString] = {
    "tracking.illegal_step": _l("The registration stands elsewhere now."),
    "tracking.empty": _l("Please answer at least one question."),
    "tracking.answered_already": _l("This was answered already."),
    "tracking.day_to_come": _l("The day lies in the future."),
    "tracking.bad_number": _l("The registration number has 16 digits, older ones 14."),
    "tracking.technical_amount": _l("The technical amount cannot be above the price."),
}
NOTICES: Mapping[str, tuple[LazyString, LazyString]] = {
    "tracking.licence_filing": (
        _l("File the licence by %(day)s"),
        _l("%(title)s: a licence is filed within three months of its effect."),
    ),
    "tracking.follow_up": (
        _l("What became of the technology? Please tell by %(day)s"),
        _l("%(title)s: four short questions on the order's page."),
    ),
}

messages.register(FAILURES)
texts.register(NOTICES)
