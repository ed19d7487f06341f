"""Codes of patent agencies (5 digits) and licences of patent attorneys (11 digits)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rules.patent_numbers import NumberWarning
from rules.provinces import PROVINCES
from rules.refusals import NumberRefused
from rules.typed_text import digits_of

FOREIGN_RELATED = "72"
"""Historic codes 72xxx of agencies admitted for foreign-related work."""


@dataclass(frozen=True, slots=True)
class AgencyCode:
    """A code of the right form; whether the agency exists is checked by a person."""

    canonical: str
    province: str


@dataclass(frozen=True, slots=True)
class AttorneyLicence:
    """A 专利代理师执业证 number: the agency's code, five digits of the certificate, a check."""

    canonical: str
    agency_code: str
    warnings: tuple[NumberWarning, ...] = field(default=(), compare=False)


def parse_agency_code(text: str) -> AgencyCode:
    """Read a 专利代理机构代码: two digits of the province, three of the serial; no check digit.

    Raises ``NumberRefused``: ``bad_form`` (length), ``unknown_province`` (province).
    """
    code = digits_of(text)
    if not re.fullmatch(r"[0-9]{5}", code):
        raise NumberRefused("bad_form", {"length": len(code)})
    if code[:2] not in PROVINCES and code[:2] != FOREIGN_RELATED:
        raise NumberRefused("unknown_province", {"province": code[:2]})
    return AgencyCode(code, code[:2])


def parse_attorney_licence(text: str, *, employer_code: str | None = None) -> AttorneyLicence:
    """Read an 11-digit attorney licence; the check digit's formula is not public (U10).

    Raises ``NumberRefused`` ``bad_form`` (length) or ``unknown_province``. Warns
    ``other_agency`` (agency, employer) when the agency part is not the employer's code.
    """
    number = digits_of(text)
    if not re.fullmatch(r"[0-9]{11}", number):
        raise NumberRefused("bad_form", {"length": len(number)})
    agency = parse_agency_code(number[:5]).canonical
    if employer_code is None or digits_of(employer_code) == agency:
        return AttorneyLicence(number, agency)
    facts = {"agency": agency, "employer": digits_of(employer_code)}
    return AttorneyLicence(number, agency, (NumberWarning("other_agency", facts),))
