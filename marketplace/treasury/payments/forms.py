"""Untrusted form fields in, typed commands out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from marketplace.treasury.payments.lines import RecordLine
from marketplace.web.forms import MarketForm, YuanField


class LineForm(MarketForm):
    """One movement as the bank's list shows it."""

    direction = SelectField(
        _l("Direction"),
        choices=[SelectChoice("in", _l("Money came in")), SelectChoice("out", _l("Money left"))],
    )
    booked_on = DateField(_l("Day at the bank"), [InputRequired()])
    amount = YuanField(_l("Amount"), [InputRequired()])
    bank_reference = StringField(_l("Bank's transaction number"), [InputRequired(), Length(max=80)])
    counter_name = StringField(
        _l("Account name of the other side"), [InputRequired(), Length(max=120)]
    )
    counter_account = StringField(
        _l("Account number of the other side"), [InputRequired(), Length(max=40)]
    )
    counter_bank = StringField(_l("Bank of the other side"), [Length(max=120)])
    remark = StringField(_l("Remark"), [Length(max=300)])

    def command(self) -> RecordLine:
        """The command of a validated form."""
        return RecordLine(
            direction=self.direction.data,
            booked_on=self.booked_on.data,
            amount_minor=self.amount.minor or 0,
            bank_reference=self.bank_reference.data or "",
            counter_name=self.counter_name.data or "",
            counter_account=self.counter_account.data or "",
            remark=self.remark.data or "",
            counter_bank=self.counter_bank.data or "",
        )


class PayoutForm(MarketForm):
    """What a card provider paid out: which payout, and the charges it kept."""

    why = StringField(_l("Number of the payout"), [Length(max=300)])
    charges = YuanField(_l("Charges kept by the provider"), [Optional()])
