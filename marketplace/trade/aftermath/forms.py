"""Untrusted form fields in, typed values out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length

from marketplace.trade.aftermath.commands.annulments import TEXT_LENGTH
from marketplace.trade.aftermath.words import REASONS
from marketplace.web.forms import MarketForm


class ConsentForm(MarketForm):
    """The seller's tick under the way that was chosen."""

    confirmed = BooleanField(_l("My organisation consents."))


class AnnulForm(MarketForm):
    """One of five reasons, and what happened; both are published."""

    reason = RadioField(
        _l("Reason of the law"),
        [InputRequired()],
        choices=[SelectChoice(code, words) for code, words in REASONS.items()],
    )
    text = TextAreaField(_l("What happened"), [InputRequired(), Length(max=TEXT_LENGTH)])
