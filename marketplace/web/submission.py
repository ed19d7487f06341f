"""Run a form's command; what is refused comes back as a message on the form, nothing lost."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash
from flask_babel import gettext as _

from marketplace.kernel.errors import Conflict, Invalid
from marketplace.web.forms import MarketForm
from marketplace.web.messages import text_of


def taken(form: MarketForm, work: Callable[[], object]) -> bool:
    """True when the command was done; a refusal becomes the form's own error.

    The page then answers ``form.status``: 422 for what was typed, 409 when the thing is not any
    more what the page showed (T5).
    """
    try:
        work()
    except (Invalid, Conflict) as error:
        refuse(form, error)
        return False
    return True


def refuse(form: MarketForm, error: Invalid | Conflict) -> None:
    """Put a refusal on the form."""
    form.form_errors.append(text_of(error.code, error.facts))
    if isinstance(error, Conflict):
        form.status = 409


def flash_errors(form: MarketForm) -> None:
    """Say what is wrong on the next page, for a form that stands within a larger one."""
    for _name, label, message in form.error_summary():
        flash(_("%(field)s: %(error)s", field=label, error=message), "bad")
    for message in form.form_errors:
        flash(str(message), "bad")
