"""The questions of the tools: a patent's dates, pasted numbers, an amount."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional

from marketplace.service.tools.words import FEE_FIELDS
from marketplace.web.forms import MarketForm
from marketplace.web.messages import text_of
from rules.amounts import AmountRefused, parse_amount
from rules.fee_clock import FeeCase
from rules.fee_schedule import Reduction
from rules.patent_numbers import PatentKind
from rules.refusals import FeeRefused

DATES = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"]
LINES = 200
LONGEST = 120 * LINES
KINDS: dict[str, PatentKind] = {"I": "I", "U": "U", "D": "D"}
REDUCTIONS: dict[str, tuple[Reduction, ...]] = {"85": ("85",), "70": ("70",), "open": ("open",)}


class FeeForm(MarketForm):
    """What the fee clock must know; sent by GET, so that an answer has an address."""

    kind = SelectField(
        _l("Kind of patent"),
        choices=[
            SelectChoice("I", _l("Invention")),
            SelectChoice("U", _l("Utility model")),
            SelectChoice("D", _l("Design")),
        ],
        validators=[InputRequired()],
    )
    filed = DateField(
        _l("Filing date"),
        format=DATES,
        validators=[InputRequired(_l("Please enter the filing date."))],
        description=_l("For PCT applications the international filing date."),
    )
    granted = DateField(
        _l("Date of grant"),
        format=DATES,
        validators=[Optional()],
        description=_l("Empty while the application is pending."),
    )
    paid = IntegerField(
        _l("Last patent year paid"),
        validators=[Optional()],
        description=_l("Empty: every year that fell due so far counts as paid."),
    )
    reduction = SelectField(
        _l("Fee reduction"),
        choices=[
            SelectChoice("", _l("None")),
            SelectChoice("85", _l("85 %: one eligible owner")),
            SelectChoice("70", _l("70 %: several owners, all eligible")),
            SelectChoice("open", _l("15 %: an open licence is running")),
        ],
        validators=[Optional()],
    )
    today = DateField(
        _l("Reckoned for"),
        format=DATES,
        validators=[Optional()],
        description=_l("Empty: today."),
    )

    def case(self) -> FeeCase | None:
        """The case the form describes; what contradicts itself becomes a field's error."""
        filed = self.filed.data
        if not isinstance(filed, date):
            return None
        try:
            return FeeCase(
                KINDS[str(self.kind.data)],
                filed,
                self.granted.data,
                self.paid.data,
                REDUCTIONS.get(str(self.reduction.data or ""), ()),
            )
        except FeeRefused as refusal:
            name = FEE_FIELDS.get(refusal.code, "filed")
            self[name].errors = [text_of(f"tools.fee.{refusal.code}", refusal.facts)]
            return None


class NumbersForm(MarketForm):
    """Pasted numbers, one a line."""

    numbers = TextAreaField(
        _l("Numbers, one a line"),
        validators=[
            InputRequired(_l("Please paste at least one number.")),
            Length(max=LONGEST, message=_l("This is too much at once; 200 lines are enough.")),
        ],
        description=_l(
            "Patent, application and publication numbers, credit codes, IPC symbols, agency "
            "codes and contract registration numbers, in any spelling; at most 200 lines."
        ),
    )

    def lines(self) -> list[str]:
        """The lines with something on them."""
        return [line.strip() for line in str(self.numbers.data or "").splitlines() if line.strip()]

    def validate_numbers(self, _field: TextAreaField) -> None:
        """At most 200 lines, and at least one."""
        count = len(self.lines())
        if count > LINES:
            raise ValidationError(
                _("These are %(count)s lines; %(most)s are taken at once.", count=count, most=LINES)
            )
        if count == 0:
            raise ValidationError(_("Please paste at least one number."))


class AmountForm(MarketForm):
    """An amount as people type it."""

    amount = StringField(
        _l("Amount"),
        validators=[InputRequired(_l("Please enter an amount.")), Length(max=60)],
        description=_l("For example 1,280,000 or 128万 or ¥2,345.60."),
    )
    minor: int | None = None

    def validate_amount(self, field: StringField) -> None:
        """Read it; the refusal says what is wrong."""
        try:
            self.minor = parse_amount(str(field.data or ""))
        except AmountRefused as refusal:
            text = text_of(f"tools.amount.{refusal.code}", refusal.facts)
            raise ValidationError(text) from None
        if self.minor is None:
            raise ValidationError(text_of("tools.amount.negotiable"))
