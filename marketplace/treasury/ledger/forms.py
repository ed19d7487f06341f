"""Untrusted form fields in, typed commands out."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import DateField, MonthField
from wtforms.validators import InputRequired, Optional

from marketplace.treasury.ledger.periods import ClosePeriod
from marketplace.web.forms import MarketForm


class DayForm(MarketForm):
    """The end of which day the trial balance shows."""

    through = DateField(_l("At the end of"), [Optional()])


class CloseForm(MarketForm):
    """The month to close."""

    month = MonthField(_l("Month"), [InputRequired()])

    def command(self) -> ClosePeriod:
        """The command of a validated form."""
        month = self.month.data
        return ClosePeriod(month.date() if isinstance(month, datetime) else month)
