"""The form for a new API token."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from marketplace.identity import words
from marketplace.identity.tokens.commands import LONGEST_DAYS, CreateToken
from marketplace.web.forms import MarketForm


class TokenForm(MarketForm):
    """Name, rights and life of a token."""

    name = StringField(
        _l("Token name"),
        [DataRequired(), Length(max=80)],
        description=_l("What uses it, for example «ERP»."),
    )
    scopes = SelectMultipleField(
        _l("It may"), [DataRequired()], choices=words.choices(words.SCOPES)
    )
    days = IntegerField(
        _l("Days until it expires"),
        [InputRequired(), NumberRange(min=1, max=LONGEST_DAYS)],
        default=90,
    )

    def command(self) -> CreateToken:
        """What was typed, as the command takes it."""
        return CreateToken(self.name.data or "", frozenset(self.scopes.data or ()), self.days.data)
