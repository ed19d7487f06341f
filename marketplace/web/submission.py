"""Run a form's command; what is refused comes back as a message on the form, nothing lost."""

from __future__ import annotations

from collections.abc import Callable

from wtforms import Form

from marketplace.kernel.errors import Conflict, Invalid
from marketplace.web.messages import text_of


def taken(form: Form, work: Callable[[], object]) -> bool:
    """True when the command was done; a refusal becomes the form's own error (answer with 422)."""
    try:
        work()
    except (Invalid, Conflict) as error:
        form.form_errors.append(text_of(error.code, error.facts))
        return False
    return True
