"""Columns, explanations and reasons of imports in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

KIND_WORDS = {
    "achievements": _l("Achievements"),
    "demands": _l("Demands"),
    "patents": _l("Patents"),
}
COLUMN_HINTS = {
    "key": _l("Your own number for the row; the same number again changes that record."),
    "title": _l("In one line, up to 200 characters."),
    "title_en": _l("For readers of English."),
    "summary": _l("One sentence; without it the first sentence of the text is taken."),
    "text": _l("What it is and how it works."),
    "abstract": _l("The abstract as published."),
    "problem": _l("What it solves."),
    "advantage": _l("Better by how much: with a number and its unit."),
    "economics": _l("Costs, savings, market."),
    "maturity": _l("One of: 正在研发, 已有样品, 通过小试, 通过中试, 可以量产."),
    "trl": _l("Readiness level, 1 to 9."),
    "modes": _l("One or more ways to work together, separated by commas."),
    "price": _l("In yuan, or 面议; 12.5万 is understood."),
    "keywords": _l("Separated by commas."),
    "cluster": _l("Key of the industry cluster, for instance bearings."),
    "dated": _l("A date such as 2026-01-31."),
    "app_no": _l(
        "Application or patent number with its check digit; spaces and ZL are understood."
    ),
    "pub_no": _l("Publication number with its kind code, for instance CN112345678B."),
    "ipc": _l("One or more symbols, for instance F16C 33/38."),
    "status": _l("Legal status in the office's words."),
    "applicants": _l("Names of the owners, separated by commas."),
    "inventors": _l("Names of the inventors, separated by commas."),
    "low": _l("Budget from, in yuan."),
    "high": _l("Budget up to, in yuan."),
    "wanted": _l("The result you need, with figures."),
    "deadline": _l("The last day for answers."),
}
REASONS = {
    "missing": _l("is empty"),
    "too_long": _l("has %(length)s characters; %(longest)s are allowed"),
    "not_a_date": _l("“%(given)s” is not a date"),
    "more_than_one_date": _l("holds more than one date"),
    "unknown_choice": _l("“%(given)s” is none of the choices"),
    "wrong_check": _l("the check character should be %(expected)s"),
    "missing_check": _l("the check character is missing; it should be %(expected)s"),
    "unknown_type": _l("the type digit %(type)s is unknown"),
    "bad_form": _l("“%(given)s” has not the form of a number"),
    "bad_length": _l("has the wrong number of digits"),
    "bad_year": _l("names the year %(year)s"),
    "kind_mismatch": _l("does not fit the kind of patent"),
    "unknown_kind_code": _l("has the unknown kind code %(kind_code)s"),
    "publication_number": _l("is a publication number"),
    "application_number": _l("is an application number"),
    "not_an_amount": _l("“%(given)s” is not an amount"),
    "negative": _l("is below zero"),
    "bad_grouping": _l("has its commas in wrong places"),
    "too_precise": _l("is finer than a fen"),
    "too_large": _l("is too large"),
    "not_a_level": _l("“%(given)s” is not a level from 1 to 9"),
    "below_lower_end": _l("is below the lower budget"),
    "ends_before_it_begins": _l("ends before it begins"),
    "not_json": _l("the line is not JSON"),
    "not_an_object": _l("the line is not a record"),
    "too_many_cells": _l("has more cells than the header"),
    "line_too_long": _l("the line is too long"),
    "listing.number_taken": _l("this number is listed already"),
    "listing.key_twice": _l("this key stands twice in the file"),
    "listing.not_a_draft": _l("has been submitted meanwhile"),
}
