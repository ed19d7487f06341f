"""Untrusted form fields in, typed commands out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp

from marketplace.trade.contracts import commands
from marketplace.trade.contracts.commands.drafting import TEXT_LENGTH
from marketplace.trade.contracts.registration_form import TYPED
from marketplace.trade.contracts.words import BLANKS
from marketplace.web.forms import MarketForm, YuanField
from rules.enumerations import ORGANISATION_KINDS, TECHNOLOGY_FIELDS

ONE_LINE = {"seller_address", "buyer_address", "seller_contact", "buyer_contact", "place",
            "licence_area", "licence_field", "period"}  # fmt: skip
CLAUSE, BLANK, REASON = "clause-", "blank-", "reason-"


class SeenForm(MarketForm):
    """Every act carries the version that was read (T5)."""

    version = HiddenField(validators=[InputRequired()])

    @property
    def seen(self) -> int:
        """The version as a number; 0, which never is one, for anything else."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def fill_form(names: Iterable[str], required: Iterable[str]) -> type[SeenForm]:
    """A form with one field per blank; ★ ones are marked but may stay empty in a draft."""
    marked = set(required)
    fields: dict[str, Any] = {}
    for name in names:
        kind = StringField if name in ONE_LINE else TextAreaField
        note = _l("Required: without it no document is made.") if name in marked else ""
        fields[BLANK + name] = kind(
            BLANKS[name], [Optional(), Length(max=TEXT_LENGTH)], description=note
        )
    return type("FillForm", (SeenForm,), fields)


class AmendForm(SeenForm):
    """Why the words change, and a clause to add; the clauses come as ``clause-<key>``."""

    heading = StringField(_l("Heading of a new clause"), [Optional(), Length(max=80)])
    text = TextAreaField(_l("Text of the new clause"), [Optional(), Length(max=TEXT_LENGTH)])
    why = TextAreaField(_l("Why you change it"), [InputRequired(), Length(max=500)])


class SignForm(SeenForm):
    """The signature: the hash that was shown, the name, the ticks."""

    sha256 = HiddenField(validators=[InputRequired(), Length(min=64, max=64)])
    name = StringField(_l("Your name, as in your account"), [InputRequired(), Length(max=80)])
    has_read = BooleanField(
        _l("I have read the whole file; its SHA-256 is the one shown here."), [InputRequired()]
    )
    accepts_licences = BooleanField(
        _l("I know the running licences listed in the contract; they go on after the transfer.")
    )

    def command(self, contract_id: int) -> commands.Sign:
        """The command of a validated form."""
        return commands.Sign(
            contract_id,
            self.seen,
            sha256=self.sha256.data or "",
            name=self.name.data or "",
            has_read=bool(self.has_read.data),
            accepts_licences=bool(self.accepts_licences.data),
        )


def _choices(table: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice("", "—")] + [
        SelectChoice(value, f"{term.zh} {value}") for value, term in table.items()
    ]


class RegistrationForm(MarketForm):
    """The typed fields of the registration form, by their names there."""

    valid_from = DateField(_l("Valid from"), [Optional()])
    valid_until = DateField(_l("Valid until"), [Optional()])
    subcategory = StringField(_l("Sub-category of the contract"), [Length(max=60)])
    technical_field = SelectField(_l("Field of technology"), choices=_choices(TECHNOLOGY_FIELDS))
    social_goal = StringField(_l("Social and economic goal"), [Length(max=120)])
    industry = StringField(_l("Industry served"), [Length(max=120)])
    plan_source = StringField(_l("Programme it comes from"), [Length(max=120)])
    technical = YuanField(_l("Technical amount (technical income)"), [Optional()])
    seller_nature = SelectField(_l("Nature of the seller"), choices=_choices(ORGANISATION_KINDS))
    seller_country = StringField(
        _l("Country code of the seller"), [Optional(), Regexp(r"^[0-9]{3}$")]
    )
    seller_region = StringField(
        _l("Region code of the seller"), [Optional(), Regexp(r"^[0-9]{6}$")]
    )
    buyer_nature = SelectField(_l("Nature of the buyer"), choices=_choices(ORGANISATION_KINDS))
    buyer_country = StringField(
        _l("Country code of the buyer"), [Optional(), Regexp(r"^[0-9]{3}$")]
    )
    buyer_region = StringField(_l("Region code of the buyer"), [Optional(), Regexp(r"^[0-9]{6}$")])
    related = SelectField(
        _l("Related parties"), choices=[SelectChoice("否", _l("No")), SelectChoice("是", _l("Yes"))]
    )
    representative = StringField(_l("Legal representative"), [Length(max=60)])
    handler = StringField(_l("Person in charge"), [Length(max=60)])
    phone = StringField(_l("Telephone"), [Length(max=40)])
    annexes = TextAreaField(_l("List of annexes"), [Length(max=300)])
    new_investment = StringField(_l("Expected new investment"), [Length(max=60)])
    new_output = StringField(_l("Expected new output"), [Length(max=60)])

    def command(self, contract_id: int) -> commands.FillRegistration:
        """The command of a validated form."""
        values = {name: self[name].data for name in TYPED}
        typed = {name: value.isoformat() if hasattr(value, "isoformat") else str(value or "")
                 for name, value in values.items()}  # fmt: skip
        return commands.FillRegistration(contract_id, typed, technical_minor=self.technical.minor)


class AnswerForm(MarketForm):
    """What the office answered."""

    answer = SelectField(
        _l("Answer"),
        choices=[
            SelectChoice("accepted", _l("Accepted for decision")),
            SelectChoice("registered", _l("Registered")),
            SelectChoice("refused", _l("Not registered")),
        ],
    )
    on = DateField(_l("On"), [InputRequired()])
    number = StringField(_l("Registration number"), [Length(max=40)])

    def command(self, contract_id: int) -> commands.RecordRegistration:
        """The command of a validated form."""
        return commands.RecordRegistration(
            contract_id,
            self.answer.data or "",
            on=self.on.data,
            number=self.number.data or "",
        )


def prefixed(fields: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The fields whose names begin with ``prefix``, by the rest of their names."""
    return {
        name.removeprefix(prefix): value.strip().replace("\r\n", "\n")
        for name, value in fields.items()
        if name.startswith(prefix)
    }
