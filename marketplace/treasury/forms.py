"""Untrusted form fields in, typed commands out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from marketplace.treasury.commands import RecordReceipt, Settle
from marketplace.web.forms import MarketForm, YuanField


class ReceiptForm(MarketForm):
    """What the bank statement shows of one incoming transfer."""

    amount = YuanField(_l("Amount received"), [InputRequired()])
    bank_reference = StringField(_l("Bank's transaction number"), [InputRequired(), Length(max=80)])
    payer_name = StringField(_l("Payer's account name"), [InputRequired(), Length(max=120)])

    def command(self, deposit_id: int) -> RecordReceipt:
        """The command of a validated form."""
        return RecordReceipt(
            deposit_id,
            amount_minor=self.amount.minor or 0,
            bank_reference=self.bank_reference.data or "",
            payer_name=self.payer_name.data or "",
        )


class SettleForm(MarketForm):
    """How a held deposit ended."""

    action = SelectField(
        _l("What happened"),
        choices=[
            SelectChoice("release", _l("Returned to the payer")),
            SelectChoice("apply", _l("Counted to the price")),
            SelectChoice("forfeit", _l("Forfeited")),
        ],
    )
    reference = StringField(_l("Bank's transaction number"), [InputRequired(), Length(max=80)])
    why = TextAreaField(_l("Reason"), [Length(max=500)])

    def command(self, deposit_id: int) -> Settle:
        """The command of a validated form."""
        return Settle(
            deposit_id,
            action=self.action.data,
            reference=self.reference.data or "",
            why=self.why.data or "",
        )
