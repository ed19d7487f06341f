"""The words for every failure code; rooms add theirs when their views are imported."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

TEXTS: dict[str, LazyString] = {
    "error": _l("Something went wrong on our side. Nothing was changed."),
    "bad_request": _l("The request could not be understood."),
    "not_found": _l("There is nothing at this address, or it is not public."),
    "forbidden": _l("Your account may not do this."),
    "sign_in_needed": _l("Please sign in first."),
    "invalid": _l("Please check what you entered."),
    "conflict": _l("This has changed in the meantime. Please look at it again."),
    "too_many": _l("Too many requests. Please wait a moment."),
    "unavailable": _l("The market cannot do this right now. Nothing was changed."),
    "database_busy": _l("The market is very busy. Nothing was changed; please try again shortly."),
    "database_damaged": _l("The database file is damaged. Restore a backup; nothing was changed."),
    "form_expired": _l("The form was open too long. Go back, and send it again."),
    "method_not_allowed": _l("This address does not take that kind of request."),
    "too_large": _l("The upload is too large."),
    "reason_needed": _l("Please give a reason."),
    "option_out_of_bounds": _l("%(key)s must lie between %(low)s and %(high)s."),
    "cross_site": _l("This request came from another site and was refused."),
}


def register(texts: Mapping[str, LazyString]) -> None:
    """Add a room's texts; a code has one text."""
    TEXTS.update(texts)


def text_of(code: str, facts: Mapping[str, object] | None = None) -> str:
    """The sentence for a code in the language of the request."""
    sentence = str(TEXTS.get(code, TEXTS["invalid"]))
    try:
        return sentence % dict(facts or {})
    except (KeyError, ValueError, TypeError):
        return sentence
