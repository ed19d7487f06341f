"""居民身份证 numbers (GB 11643): check character, real birth date, masked display."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from stdnum.cn import ric

from rules.refusals import NumberRefused
from rules.typed_text import digits_of

_SHAPE = re.compile(r"[0-9]{17}[0-9X]")


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """A number that passed; ``number`` stays out of ``repr`` so that no log can hold it."""

    number: str = field(repr=False)
    born: date = field(repr=False)
    masked: str


def parse_identity_card(text: str, today: date) -> IdentityCard:
    """Read an 18-character identity card number (section 2).

    Raises ``NumberRefused``: ``old_form`` (15 digits), ``bad_length`` (length), ``bad_form``,
    ``wrong_check`` (given, expected), ``no_such_date``, ``date_in_future``. The facts never
    hold the number, so that no error text or log can leak it.
    """
    number = digits_of(text)
    if len(number) == 15 and number.isdecimal():
        raise NumberRefused("old_form")
    if len(number) != 18:
        raise NumberRefused("bad_length", {"length": len(number)})
    if not _SHAPE.fullmatch(number):
        raise NumberRefused("bad_form")
    expected = ric.calc_check_digit(number)
    if number[-1] != expected:
        raise NumberRefused("wrong_check", {"given": number[-1], "expected": expected})
    born = _birth_date(number)
    if born > today:
        raise NumberRefused("date_in_future")
    return IdentityCard(number, born, mask(number))


def mask(number: str) -> str:
    """First three and last two characters, the rest stars (section 2)."""
    return number[:3] + "*" * (len(number) - 5) + number[-2:]


def _birth_date(number: str) -> date:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise NumberRefused("no_such_date") from None
