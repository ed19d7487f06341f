"""Fields of the listing form that read lists, symbols, numbers and shares."""

# mypy: allow-subclassing-any
# (WTForms has no types)
from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext as _
from wtforms import (
    DateField,
    FieldList,
    Form,
    FormField,
    SelectChoice,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import Length, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.web.messages import text_of
from rules.ipc import split_symbols
from rules.refusals import NumberRefused

_SEPARATORS = re.compile(r"[;；,，、|\n\r\t]+")
BLANK_ROWS = 1
"""Empty rows shown under the filled ones: a form without JavaScript grows by saving."""


class Words(StringField):
    """A list typed in one line, separated by any usual mark."""

    @property
    def values(self) -> tuple[str, ...]:
        """The single entries, each once, in order."""
        parts = (" ".join(part.split()) for part in _SEPARATORS.split(self.data or ""))
        return tuple(dict.fromkeys(part for part in parts if part))


class Symbols(StringField):
    """Symbols of a classification; each is read by ``parse`` into its normal form."""

    def __init__(self, label: Any, parse: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.parse = parse
        self.values: tuple[str, ...] = ()

    def pre_validate(self, _form: Any) -> None:
        """Tell every symbol that cannot be read, with what was probably meant."""
        found, refused = [], []
        for symbol in split_symbols(self.data or ""):
            try:
                parsed = self.parse(symbol)
                found.append(getattr(parsed, "canonical", parsed))
            except NumberRefused as error:
                facts = {"suggestion": "", **error.facts, "symbol": symbol}
                refused.append(text_of(f"finding.class_{error.code}", facts))
        self.values = tuple(dict.fromkeys(found))
        if refused:
            raise StopValidation(" ".join(refused))


class ShareField(StringField):
    """A share typed in percent; ``hundredths`` of a percent, None when left empty."""

    hundredths: int | None = None

    def pre_validate(self, _form: Any) -> None:
        """Read ``70``, ``70.5`` or ``70 %``."""
        typed = (self.data or "").replace("％", "%").rstrip("% ").strip()
        self.hundredths = None
        if not typed:
            return
        if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", typed, re.ASCII):
            raise StopValidation(_("A share is a number of percent, such as 70 or 33.34."))
        whole, _dot, part = typed.partition(".")
        self.hundredths = int(whole) * 100 + int((part or "0").ljust(2, "0"))


class YearField(StringField):
    """A patent year; ``number`` is None when left empty."""

    number: int | None = None

    def pre_validate(self, _form: Any) -> None:
        """Read a whole number from 1 to 20."""
        self.number = None
        typed = (self.data or "").strip()
        if not typed:
            return
        if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= 20):
            raise StopValidation(_("A patent year is a number from 1 to 20."))
        self.number = int(typed)


class Ticks(SelectMultipleField):
    """Several choices as ticks."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Rows(FieldList):
    """Repeated rows; a row left blank counts as not there."""

    strips = False

    def offer_blanks(self) -> None:
        """Add the empty rows that the page shows."""
        while len(self.entries) < self.max_entries and self._blanks() < BLANK_ROWS:
            self.append_entry()

    def _blanks(self) -> int:
        return sum(is_blank(entry.form) for entry in self.entries)

    @property
    def filled(self) -> list[Any]:
        """The forms of the rows that hold something."""
        return [entry.form for entry in self.entries if not is_blank(entry.form)]


class Row(FormField):
    """One row of ``Rows``."""

    strips = False


def is_blank(form: Form) -> bool:
    """True when nothing was typed into any field of the row but choices with a default."""
    return not any(_typed(field) for field in form if field.type != "SelectField")


def _typed(field: Any) -> bool:
    raw = field.raw_data if field.raw_data is not None else [field.data]
    if field.type == "BooleanField":
        return bool(field.data)
    return any(str(one).strip() for one in raw if one)


def day(label: Any, **kwargs: Any) -> DateField:
    """A date that may be left empty."""
    return DateField(label, validators=[Optional()], **kwargs)


def short(label: Any, *, longest: int = 120, **kwargs: Any) -> StringField:
    """A line of text that may be left empty."""
    return StringField(label, validators=[Optional(), Length(max=longest)], **kwargs)


def choices(pairs: Iterable[tuple[str, Any]], *, empty: Any = None) -> list[Any]:
    """Choices of a select or a group, with an empty one first where ``empty`` has words."""
    first = [] if empty is None else [SelectChoice("", empty)]
    return [*first, *(SelectChoice(value, label) for value, label in pairs)]
