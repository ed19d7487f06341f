"""Untrusted form fields in, typed commands out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from marketplace.trade.orders import commands, disputes, pledges
from marketplace.web.forms import MarketForm, YuanField

TEXT = Length(max=commands.TEXT_LENGTH)


class ActForm(MarketForm):
    """Every act carries the version of the page it was done on (T5)."""

    version = HiddenField(validators=[InputRequired()])

    @property
    def seen(self) -> int:
        """The version as a number; 0, which never is one, for anything else."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


class SayForm(MarketForm):
    """A message to the other side and the staff."""

    text = TextAreaField(_l("Message"), [InputRequired(), TEXT])


class TextForm(ActForm):
    """An act with words: deliver, reject, dispute, cancel, resume."""

    text = TextAreaField(_l("What to say with it"), [InputRequired(), TEXT])


class CertificateForm(ActForm):
    """手续合格通知书."""

    number = StringField(_l("Number of the notice"), [InputRequired(), Length(max=80)])
    issued_on = DateField(_l("Date of the notice"), [InputRequired()])
    owner_name = StringField(_l("New owner named in it"), [InputRequired(), Length(max=120)])

    def command(self, order_id: int) -> commands.ShowCertificate:
        """The command of a validated form."""
        return commands.ShowCertificate(
            order_id,
            self.seen,
            number=self.number.data or "",
            issued_on=self.issued_on.data,
            owner_name=self.owner_name.data or "",
        )


class PledgeForm(ActForm):
    """Where a pledgee is paid."""

    holder = HiddenField(validators=[InputRequired()])
    account = StringField(_l("Account"), [InputRequired(), Length(max=60)])
    bank = StringField(_l("Bank"), [InputRequired(), Length(max=pledges.NAME_LENGTH)])

    def command(self, order_id: int) -> pledges.NameAccount:
        """The command of a validated form."""
        return pledges.NameAccount(
            order_id,
            self.seen,
            holder=self.holder.data or "",
            account=self.account.data or "",
            bank=self.bank.data or "",
        )


class DecisionForm(ActForm):
    """How staff shares out what is in escrow."""

    seller = YuanField(_l("To the seller"), [InputRequired()])
    why = TextAreaField(_l("Reasons of the decision"), [InputRequired(), TEXT])

    def command(self, order_id: int) -> disputes.Decide:
        """The command of a validated form."""
        return disputes.Decide(
            order_id, self.seen, seller_minor=self.seller.minor or 0, why=self.why.data or ""
        )
