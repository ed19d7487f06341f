"""Untrusted form fields in, typed commands out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from marketplace.trade.royalties.commands import TEXT_LENGTH, AskBooks, Declare
from marketplace.web.forms import MarketForm, YuanField


class DeclareForm(MarketForm):
    """What a period brought."""

    base = YuanField(_l("Declared figure"), [InputRequired()])
    note = TextAreaField(_l("Remarks"), [Length(max=TEXT_LENGTH)])

    def command(self, order_id: int, statement_id: int) -> Declare:
        """The command of a validated form."""
        figure = -1 if self.base.minor is None else self.base.minor
        return Declare(order_id, statement_id, figure, self.note.data or "")


class AskForm(MarketForm):
    """Why the books are asked for."""

    why = TextAreaField(_l("Why"), [InputRequired(), Length(max=TEXT_LENGTH)])

    def command(self, order_id: int, statement_id: int) -> AskBooks:
        """The command of a validated form."""
        return AskBooks(order_id, statement_id, self.why.data or "")
