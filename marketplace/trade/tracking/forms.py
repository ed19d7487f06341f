"""Untrusted form fields in, typed commands out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from marketplace.trade.tracking.commands import NOTE_LENGTH, Tell
from marketplace.trade.tracking.words import USES
from marketplace.web.forms import MarketForm, YuanField


class TellForm(MarketForm):
    """The questionnaire, and the number of a licence's filing; only what is asked is filled."""

    use = SelectField(
        _l("How the technology is used"),
        choices=[SelectChoice("", "—"), *(SelectChoice(key, text) for key, text in USES.items())],
        default="",
    )
    sales = YuanField(_l("Sales with it so far"), [Optional()])
    jobs = IntegerField(_l("Jobs created"), [Optional(), NumberRange(0, 1_000_000)])
    filing_number = StringField(_l("Number of the filing"), [Length(max=80)])
    note = TextAreaField(_l("Remarks"), [Length(max=NOTE_LENGTH)])

    def command(self, follow_up_id: int) -> Tell:
        """The command of a validated form."""
        told: dict[str, str | int | None] = {
            "use": self.use.data or None,
            "sales_minor": self.sales.minor,
            "jobs": self.jobs.data,
            "filing_number": self.filing_number.data or None,
        }
        answers = {key: value for key, value in told.items() if value is not None}
        return Tell(follow_up_id, answers, self.note.data or "")
