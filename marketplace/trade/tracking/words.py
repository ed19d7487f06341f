"""The words of this room."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.notify import texts
from marketplace.web import messages

USES: Mapping[str, LazyString] = {
    "production": _l("In serial production"),
    "trial": _l("In trial production"),
    "development": _l("Still in development"),
    "idle": _l("Not in use"),
}
FAILURES: Mapping[str, LazyString] = {
    "tracking.empty": _l("Please answer at least one question."),
    "tracking.answered_already": _l("This was answered already."),
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
