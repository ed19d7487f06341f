"""Compares a patent number with what else is known of the case: date, kind, state."""

from __future__ import annotations

from datetime import date

from rules.findings import Finding, block, warn
from rules.patent_numbers import ApplicationNumber, PatentKind

LAST_OLD_FORM_DAY = date(2003, 9, 30)


def number_findings(
    number: ApplicationNumber,
    *,
    listing_kind: PatentKind | None = None,
    filed: date | None = None,
    in_force: bool | None = None,
    today: date | None = None,
) -> tuple[Finding, ...]:
    """The cross checks of section 2; facts that are not known (None) are not compared.

    Kind differs → block. Year differs (a divisional application?), old form after 2003-09-30,
    year ahead of today, ZL on what is not in force (L68) → warn.
    """
    found: list[Finding] = []
    if listing_kind is not None and listing_kind != number.kind:
        found.append(block("kind_differs", "L51", "ZL2", number=number.kind, listing=listing_kind))
    if filed is not None:
        found += _date_findings(number, filed)
    if today is not None and number.year > today.year:
        found.append(block("year_ahead", "L51", "MF845", year=number.year))
    if number.zl_prefix and in_force is False:
        found.append(warn("zl_not_in_force", "L68", "XZ101", number=number.canonical))
    return tuple(found)


def _date_findings(number: ApplicationNumber, filed: date) -> list[Finding]:
    found: list[Finding] = []
    if not number.is_new_form and filed > LAST_OLD_FORM_DAY:
        found.append(warn("old_form_after_2003", "L51", "MF845", filed=filed))
    elif number.year != filed.year:
        found.append(warn("year_differs", "L51", "MF845", year=number.year, filed=filed))
    return found
