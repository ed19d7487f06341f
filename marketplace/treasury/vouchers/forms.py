"""Untrusted form fields in, typed commands out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from marketplace.treasury.vouchers.commands import ClaimVoucher
from marketplace.web.forms import MarketForm, YuanField


class ClaimForm(MarketForm):
    """A voucher as it is printed, and how much of it shall count."""

    reference = StringField(_l("Code of the call"), [InputRequired(), Length(max=40)])
    issuer = StringField(_l("Issuer"), [InputRequired(), Length(max=120)])
    number = StringField(_l("Number of the voucher"), [InputRequired(), Length(max=80)])
    usable_for = StringField(_l("What it may be used for"), [InputRequired(), Length(max=300)])
    valid_until = DateField(_l("Valid until"), [InputRequired()])
    amount = YuanField(_l("Amount that counts"), [InputRequired()])

    def command(self) -> ClaimVoucher:
        """The command of a validated form."""
        return ClaimVoucher(
            reference=self.reference.data or "",
            issuer=self.issuer.data or "",
            number=self.number.data or "",
            usable_for=self.usable_for.data or "",
            valid_until=self.valid_until.data,
            amount_minor=self.amount.minor or 0,
        )
