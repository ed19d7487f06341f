"""Untrusted form fields in, typed proposals out; what was typed is kept as typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from marketplace.trade.offers.rounds import (
    LONGEST_DAYS,
    MESSAGE_LENGTH,
    SHORTEST_DAYS,
    Attachment,
    Proposal,
)
from marketplace.trade.offers.words import BASES, PRICE_FORMS
from marketplace.trade.orders.terms import (
    DealTerms,
    PriceForm,
    Royalty,
    RoyaltyBase,
    Stage,
)
from marketplace.web.forms import MarketForm, YuanField
from marketplace.web.messages import text_of
from rules.enumerations.deals import LICENCE_KINDS, TRANSFER_MODES
from rules.enumerations.terms import Language

ROWS = range(1, 5)
"""The rows of stages that the form shows."""
FIELD_OF = {"stages": "share_1", "royalty": "royalty_percent", "text": "text"}
"""Where an error of the terms stands in the form."""


def basis_points(typed: str | None) -> int:
    """``12.5`` percent as 1250; 0, which no rule allows, for anything that is no share."""
    try:
        points = Decimal((typed or "").strip().rstrip("%％") or "0") * 100
    except InvalidOperation:
        return 0
    whole = points.is_finite() and points == points.to_integral_value() and 0 < points <= 10_000
    return int(points) if whole else 0


class SeenForm(MarketForm):
    """A form that carries the version or round that its page showed (T5)."""

    version = HiddenField(validators=[InputRequired()])

    @property
    def seen(self) -> int:
        """It as a number; 0, which never is one, for anything else."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


class WayForm(SeenForm):
    """A form that chooses among the ways a listing is offered in."""

    mode = RadioField(_l("Way of the deal"), validate_choice=False)
    licence_kind = SelectField(_l("Kind of licence"), validate_choice=False)

    def offer(self, modes: Sequence[str], lang: str) -> None:
        """Show the ways that the listing is offered in."""
        language: Language = "zh" if lang == "zh" else "en"
        allowed = [mode for mode in TRANSFER_MODES if mode in modes] or list(TRANSFER_MODES)
        self.mode.choices = [
            SelectChoice(mode, TRANSFER_MODES[mode].text(language)) for mode in allowed
        ]
        self.licence_kind.choices = [
            SelectChoice(kind, term.text(language)) for kind, term in LICENCE_KINDS.items()
        ]


class ProposalForm(WayForm):
    """One round of a negotiation."""

    licence_area = StringField(_l("Area"), [Length(max=120)])
    licence_field = StringField(_l("Field of use"), [Length(max=120)])
    licence_until = DateField(_l("Runs until"), [Optional()])
    sublicence = BooleanField(_l("Sub-licences allowed"))
    price_form = RadioField(
        _l("Form of the price"),
        choices=[SelectChoice(value, words) for value, words in PRICE_FORMS.items()],
        default=PriceForm.ONE_SUM,
    )
    price = YuanField(_l("Price, or entry fee"), [InputRequired()])
    royalty_percent = StringField(_l("Royalty in percent"), [Length(max=10)])
    royalty_base = SelectField(
        _l("Royalty is taken from"),
        choices=[SelectChoice(value, words) for value, words in BASES.items()],
        default=RoyaltyBase.SALES,
    )
    royalty_years = IntegerField(_l("Years of the royalty"), [Optional(), NumberRange(1, 20)])
    royalty_audit = StringField(_l("How the books may be seen"), [Length(max=300)])
    text = TextAreaField(_l("Further terms"), [Length(max=2_000)])
    message = TextAreaField(_l("Message to the other side"), [Length(max=MESSAGE_LENGTH)])
    days = IntegerField(
        _l("Stands for (days)"), [InputRequired(), NumberRange(SHORTEST_DAYS, LONGEST_DAYS)],
        default=14,
    )  # fmt: skip
    hides_buyer = BooleanField(_l("Keep our name secret on public pages."))

    def proposal(self, files: Sequence[Attachment] = ()) -> Proposal:
        """What a validated form proposes; the rules judge it."""
        licence = self.mode.data == "licence"
        until = self.licence_until.data
        terms = DealTerms(
            mode=self.mode.data or "",
            price_minor=self.price.minor or 0,
            price_form=PriceForm(self.price_form.data or PriceForm.ONE_SUM),
            stages=self._stages(),
            royalty=self._royalty(),
            licence_kind=(self.licence_kind.data or "") if licence else "",
            licence_area=(self.licence_area.data or "") if licence else "",
            licence_field=(self.licence_field.data or "") if licence else "",
            licence_until=until.isoformat() if licence and until else "",
            sublicence=bool(self.sublicence.data) and licence,
            text=self.text.data or "",
        )
        return Proposal(terms, self.message.data or "", self.days.data or 0, tuple(files))

    @staticmethod
    def typed(terms: DealTerms) -> dict[str, Any]:
        """Terms as this form would have kept them: an answer begins with what was proposed."""
        until, royalty = terms.licence_until, terms.royalty
        same = ("mode", "licence_kind", "licence_area", "licence_field", "sublicence", "text")
        data: dict[str, Any] = {name: getattr(terms, name) for name in same}
        data |= {
            "price_form": str(terms.price_form),
            "price": f"{Decimal(terms.price_minor) / 100:,.2f}".removesuffix(".00"),
            "licence_until": date.fromisoformat(until) if until else None,
        }
        if royalty is not None:
            data |= {
                "royalty_percent": f"{Decimal(royalty.rates[0][1]) / 100:f}",
                "royalty_base": str(royalty.base),
                "royalty_years": royalty.years,
                "royalty_audit": royalty.audit,
            }
        for row, stage in zip(ROWS, terms.stages, strict=False):
            data |= {
                f"stage_{row}": stage.title,
                f"share_{row}": f"{Decimal(stage.basis_points) / 100:f}",
                f"delivers_{row}": stage.delivers,
                f"days_{row}": stage.days,
                f"certificate_{row}": stage.needs_certificate,
            }
        return data

    def _stages(self) -> tuple[Stage, ...]:
        if self.price_form.data != PriceForm.STAGES:
            return ()
        return tuple(
            Stage(
                title=self[f"stage_{row}"].data or "",
                basis_points=basis_points(self[f"share_{row}"].data),
                delivers=self[f"delivers_{row}"].data or "",
                days=self[f"days_{row}"].data or 30,
                needs_certificate=bool(self[f"certificate_{row}"].data),
            )
            for row in ROWS
            if any(self[f"{name}_{row}"].data for name in ("stage", "share", "delivers"))
        )

    def _royalty(self) -> Royalty | None:
        if self.price_form.data != PriceForm.ENTRY_ROYALTY:
            return None
        points = basis_points(self.royalty_percent.data)
        return Royalty(
            base=RoyaltyBase(self.royalty_base.data or RoyaltyBase.SALES),
            rates=((1, points),),
            years=self.royalty_years.data or 0,
            audit=self.royalty_audit.data or "",
        )

    def take_errors(self, errors: Mapping[str, Sequence[str]]) -> None:
        """Put the rules' findings at the fields they belong to."""
        for name, codes in errors.items():
            field = self[FIELD_OF.get(name, name)]
            field.errors = [*field.errors, *(text_of(code, {}) for code in codes)]


for _row in ROWS:
    setattr(ProposalForm, f"stage_{_row}", StringField(_l("Stage"), [Length(max=120)]))
    setattr(ProposalForm, f"share_{_row}", StringField(_l("Share in percent"), [Length(max=10)]))
    setattr(ProposalForm, f"delivers_{_row}", StringField(_l("Delivers"), [Length(max=500)]))
    setattr(
        ProposalForm, f"days_{_row}",
        IntegerField(_l("Days"), [Optional(), NumberRange(1, 720)]),
    )  # fmt: skip
    setattr(ProposalForm, f"certificate_{_row}", BooleanField(_l("after the registration")))


class AnswerForm(SeenForm):
    """An answer to the round that the page showed."""

    why = TextAreaField(_l("Reason"), [Length(max=MESSAGE_LENGTH)])


class AcceptForm(SeenForm):
    """The binding answer."""

    authorised = BooleanField(_l("I may accept for my organisation."), [InputRequired()])


class BuyForm(WayForm):
    """Take the listing at its listed price."""

    hides_buyer = BooleanField(_l("Keep our name secret on public pages."))
    authorised = BooleanField(_l("I may buy for my organisation."), [InputRequired()])
