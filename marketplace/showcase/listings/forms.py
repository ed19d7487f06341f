"""The steps of the listing form. Each reads its own fields out of the one typed draft."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, StopValidation

from marketplace.showcase.listings import labels
from marketplace.showcase.listings.checks import LONGEST, MOST_ROWS
from marketplace.showcase.listings.form_fields import (
    Row,
    Rows,
    Symbols,
    Ticks,
    Words,
    YearField,
    choices,
    day,
    short,
)
from marketplace.showcase.listings.form_rows import (
    HolderRow,
    LicenceRow,
    OverlayRow,
    OwnerRow,
    terms,
)
from marketplace.showcase.listings.typed import Typed
from marketplace.web.forms import MarketForm, YuanField
from marketplace.web.messages import text_of
from rules.enumerations import (
    LICENCE_KINDS,
    PRICING,
    STATES,
    STEPS,
    STRATEGIC_INDUSTRIES,
    TRANSFER_MODES,
    TRL,
)
from rules.ipc import parse_ipc, parse_locarno
from rules.patent_numbers import ApplicationNumber, parse_application_number
from rules.refusals import NumberRefused

F = labels.FIELDS
OFFERED_MODES = ("assignment", "licence", "equity", "joint")
OFFERED_LICENCES = ("exclusive", "sole", "plain", "open", "cross")


class StepForm(MarketForm):
    """One step; ``offer`` fills in choices that depend on the market and the language."""

    GROUPS: tuple[str, ...] = ()

    @classmethod
    def names(cls) -> list[str]:
        """The names of this step's fields; a group's name ends in ``-`` and means all rows."""
        found = [name for name in dir(cls) if hasattr(getattr(cls, name), "field_class")]
        return [f"{name}-" if name in cls.GROUPS else name for name in found]

    def offer(self, _clusters: list[tuple[str, str]]) -> None:
        """Fill in the choices of this request."""


def _text(name: str, *, hint: Any = "", rows: int = 5, needed: bool = True) -> TextAreaField:
    asked = InputRequired() if needed else Optional()
    return TextAreaField(
        F[name],
        validators=[asked, Length(max=LONGEST[name])],
        description=hint,
        render_kw={"rows": rows, "maxlength": LONGEST[name]},
    )


def _line(name: str, *, hint: Any = "", needed: bool = True) -> StringField:
    asked = InputRequired() if needed else Optional()
    return StringField(
        F[name],
        validators=[asked, Length(max=LONGEST[name])],
        description=hint,
        render_kw={"maxlength": LONGEST[name]},
    )


class RightForm(StepForm):
    """Step 1 of a patent: number and dates."""

    number = StringField(
        F["number"],
        validators=[InputRequired(), Length(max=60)],
        description=_l("Full-width digits, spaces and a missing dot are put right by the system."),
        render_kw={"class": "input mono"},
    )
    patent_kind = RadioField(
        F["patent_kind"], choices=choices(labels.PATENT_KINDS.items()), validators=[Optional()]
    )
    filed_on = day(F["filed_on"])
    granted_on = day(F["granted_on"], description=_l("Empty while nothing is granted."))
    divisional = BooleanField(F["divisional"])
    parsed: ApplicationNumber | None = None

    def validate_number(self, field: Any) -> None:
        """Read the number; a wrong check character is refused with the right one named."""
        try:
            self.parsed = parse_application_number(field.data)
        except NumberRefused as error:
            raise StopValidation(text_of(f"finding.number_{error.code}", error.facts)) from None

    def validate_patent_kind(self, field: Any) -> None:
        """The type digit decides; a different choice is told, an open one is filled in."""
        if self.parsed is None:
            return
        if field.data and field.data != self.parsed.kind:
            kind = labels.PATENT_KINDS[self.parsed.kind]
            raise StopValidation(text_of("finding.number_of_other_kind", {"typed": kind}))
        field.data = self.parsed.kind


class ContentForm(StepForm):
    """What it is and what it is good for."""

    title = _line("title", hint=_l("As on the certificate, without praise."))
    title_en = _line("title_en", needed=False)
    summary = _text("summary", rows=2, hint=_l("One sentence: what it does and for whom."))
    summary_en = _text("summary_en", rows=2, needed=False)
    problem = _text("problem")
    solution = _text("solution", rows=8)
    advantage = _text("advantage", hint=_l("With at least one figure, its unit and its source."))
    economics = _text("economics", needed=False)
    cluster = RadioField(F["cluster"], validators=[InputRequired()])
    industries = Ticks(F["industries"], validators=[Optional()])
    ipc = Symbols(F["ipc"], parse_ipc, description="F16C 19/06; F16C 33/38")
    locarno = Symbols(F["locarno"], parse_locarno, description=_l("Designs only, such as 08-06."))
    trl = SelectField(F["trl"], validators=[InputRequired()], default="")
    step = SelectField(F["step"], validators=[Optional()], default="")
    keywords = Words(
        F["keywords"],
        validators=[InputRequired(), Length(max=600)],
        description=_l("Separated by commas or semicolons, at most 20."),
    )

    def offer(self, clusters: list[tuple[str, str]]) -> None:
        """Clusters of the market, and the enumerations in the reader's language."""
        self.cluster.choices = choices(clusters)
        self.industries.choices = choices(terms(STRATEGIC_INDUSTRIES))
        levels = [(key, f"{key}  {label}") for key, label in terms(TRL)]
        self.trl.choices = choices(levels, empty=_("Please choose"))
        self.step.choices = choices(terms(STEPS), empty=_("Please choose"))

    def validate_advantage(self, field: Any) -> None:
        """A figure, not praise (domain page)."""
        if field.data and not any(character.isdigit() for character in field.data):
            raise StopValidation(text_of("finding.advantage_without_number"))


class BurdensForm(StepForm):
    """Owners, legal status, encumbrances, licences, first refusal."""

    GROUPS = ("owners", "overlays", "licences", "first_refusal")

    legal_status = SelectField(F["legal_status"], validators=[Optional()], default="")
    status_checked_on = day(F["status_checked_on"])
    status_source = short(
        F["status_source"],
        longest=200,
        description=_l("Such as the office's public inquiry; or attach a paper in the next step."),
    )
    last_paid_year = YearField(F["last_paid_year"])
    first_fee_year = YearField(F["first_fee_year"], description=_l("Only where it differs."))
    reduction = SelectField(F["reduction"], choices=choices(labels.REDUCTIONS.items()), default="")
    has_evaluation_report = BooleanField(F["has_evaluation_report"])
    owners = Rows(Row(OwnerRow), label=F["owners"], min_entries=1, max_entries=MOST_ROWS)
    inventors = Words(F["inventors"], validators=[Optional(), Length(max=600)])
    service_result = BooleanField(
        F["service_result"],
        description=_l("Made in the course of work: its completers are to be asked first."),
    )
    overlays = Rows(Row(OverlayRow), label=F["overlays"], max_entries=MOST_ROWS)
    licences = Rows(Row(LicenceRow), label=F["licences"], max_entries=MOST_ROWS)
    first_refusal = Rows(Row(HolderRow), label=F["first_refusal"], max_entries=MOST_ROWS)
    defects = _text("defects", hint=_l("Write “none known” where there are none."))

    def offer(self, _clusters: list[tuple[str, str]]) -> None:
        """The legal statuses in the reader's language."""
        self.legal_status.choices = choices(terms(STATES), empty=_("Please choose"))

    def offer_rows(self) -> None:
        """The blank rows of every group; after validation, so that they do not count."""
        for name in self.GROUPS:
            self[name].offer_blanks()

    def validate_owners(self, field: Any) -> None:
        """Somebody owns it."""
        if not field.filled:
            raise StopValidation(_("Name at least one owner."))

    def validate_overlays(self, field: Any) -> None:
        """A row that holds something says what it is."""
        if any(not row.kind.data for row in field.filled):
            raise StopValidation(_("Choose the kind of every encumbrance."))


class PriceForm(StepForm):
    """Ways, pricing and contact."""

    transfer_modes = Ticks(F["transfer_modes"], validators=[InputRequired()])
    licence_kinds = Ticks(F["licence_kinds"], validators=[Optional()])
    pricing_mode = RadioField(F["pricing_mode"], validators=[InputRequired()])
    price = YuanField(
        F["price"],
        validators=[Optional()],
        description=_l("Such as 1280000 or 128万; for auctions the start price you have in mind."),
    )
    price_note = _text("price_note", rows=3, needed=False, hint=_l("No telephone or WeChat."))
    base_price = YuanField(
        F["base_price"],
        validators=[Optional()],
        description=_l("Institutes and universities founded by the state name it (L35)."),
    )
    base_price_basis = _text("base_price_basis", rows=2, needed=False)
    contact_policy = RadioField(
        F["contact_policy"], choices=choices(labels.CONTACTS.items()), default="broker"
    )

    def offer(self, _clusters: list[tuple[str, str]]) -> None:
        """The ways and prices in the reader's language."""
        modes, kinds = dict(terms(TRANSFER_MODES)), dict(terms(LICENCE_KINDS))
        self.transfer_modes.choices = choices((one, modes[one]) for one in OFFERED_MODES)
        self.licence_kinds.choices = choices((one, kinds[one]) for one in OFFERED_LICENCES)
        self.pricing_mode.choices = choices(terms(PRICING))

    def validate_price(self, field: Any) -> None:
        """A listed price needs an amount; nothing costs nothing."""
        if self.pricing_mode.data == "listed" and not field.minor:
            raise StopValidation(text_of("finding.price_missing"))
        if field.minor is not None and field.minor <= 0:
            raise StopValidation(text_of("finding.price_not_positive"))


class FilesForm(StepForm):
    """Pictures and documents: uploaded one by one, nothing to type."""


STEPS_OF: dict[str, tuple[tuple[str, type[StepForm], Any], ...]] = {
    "patent": (
        ("right", RightForm, _l("Kind and number")),
        ("content", ContentForm, _l("What it is")),
        ("burdens", BurdensForm, _l("Rights and status")),
        ("files", FilesForm, _l("Pictures and documents")),
        ("price", PriceForm, _l("Price and ways")),
    ),
    "achievement": (
        ("content", ContentForm, _l("What it is")),
        ("burdens", BurdensForm, _l("Rights and status")),
        ("files", FilesForm, _l("Pictures and documents")),
        ("price", PriceForm, _l("Price and ways")),
    ),
}
CHECK = "check"


def bound(form_class: type[StepForm], typed: Typed, clusters: list[tuple[str, str]]) -> StepForm:
    """The step's form over the typed draft."""
    data = MultiDict([(name, value) for name, values in typed.items() for value in values])
    form = form_class(data)
    form.offer(clusters)
    return form


def all_forms(kind: str, typed: Typed, clusters: list[tuple[str, str]]) -> dict[str, StepForm]:
    """Every step's form over the draft, by the step's name, validated."""
    forms = {name: bound(one, typed, clusters) for name, one, _label in STEPS_OF[kind]}
    for form in forms.values():
        form.validate()
    return forms
