"""The words of the tools: every refusal and warning of the rules by its code."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.web import messages

Words = Mapping[str, LazyString]

FEE_FIELDS = {
    "bad_kind": "kind",
    "bad_filed": "filed",
    "granted_before_filed": "granted",
    "bad_paid": "paid",
}
FEE: Words = {
    "bad_kind": _l("Please choose one of the three kinds."),
    "bad_filed": _l("The Patent Law took effect on 1985-04-01: no filing date lies before it."),
    "granted_before_filed": _l("The grant cannot lie before the filing date %(filed)s."),
    "bad_paid": _l("This kind of patent has the years 1 to %(last_year)s."),
}
AMOUNT: Words = {
    "empty": _l("Please enter an amount."),
    "negative": _l("An amount is never below zero."),
    "range": _l("Please enter one amount, not a range."),
    "bad_grouping": _l("The commas do not stand between thousands; please check the figure."),
    "too_precise": _l("The smallest unit is one fen, two places after the point."),
    "too_large": _l("This is more than ten trillion yuan; please check the figure."),
    "not_an_amount": _l("This is not an amount of money."),
    "negotiable": _l("“Negotiable” has no figure; please enter an amount."),
}
NUMBER: Words = {
    "unknown": _l("This is none of the known kinds of numbers."),
    "too_long": _l("This line is too long for a number."),
    "identity_card": _l(
        "This looks like the number of an identity card. It is neither checked nor shown here; "
        "please do not paste such numbers into websites."
    ),
    "year_ahead": _l("The year %(year)s in the number lies in the future."),
    "check_dropped": _l("Numbers of 1985 to 1988 have no check character; it was left away."),
    "organisation_code_mismatch": _l(
        "The organisation code inside should end in %(expected)s, not %(given)s; some old codes "
        "do so."
    ),
    "unknown_kind": _l("The first two characters %(kind)s are not a usual kind."),
    "unknown_region": _l("The region %(region)s is not known."),
    "unusual_length": _l("It has %(length)s digits; 16 are usual today, 14 in older ones."),
    "zl_only_in_force": _l(
        "ZL may stand before the number only while the patent is in force; an application is "
        "never called a patent."
    ),
}
APPLICATION: Words = {
    "empty": _l("There is no number on this line."),
    "publication_number": _l("This is a publication number without CN."),
    "bad_form": _l("An application number has 12 digits and a check character, old ones 8."),
    "bad_year": _l("The number begins with the year; %(year)s cannot be one."),
    "unknown_type": _l("The type digit %(type)s is unknown; 1, 2, 3, 8 and 9 exist."),
    "missing_check": _l("The check character is missing: %(expected)s belongs there."),
    "wrong_check": _l("The check character should be %(expected)s, not %(given)s."),
}
PUBLICATION: Words = {
    "application_number": _l("This is an application number, not a publication number."),
    "missing_kind_code": _l("The kind code is missing: A, B, U or S at the end."),
    "bad_form": _l("A publication number is CN, 7 or 9 digits, and a kind code."),
    "unknown_kind_code": _l("The kind code %(kind_code)s is unknown."),
    "bad_length": _l("It has %(length)s digits; 7 or 9 are right."),
    "kind_mismatch": _l(
        "With kind code %(kind_code)s the first digit is %(expected)s, not %(first_digit)s."
    ),
}
CREDIT_CODE: Words = {
    "bad_length": _l("A credit code has 18 characters, this one %(length)s."),
    "all_zero": _l("A code of zeros belongs to nobody."),
    "letter_not_used": _l(
        "The letter %(letter)s at place %(position)s is not used in credit codes."
    ),
    "bad_form": _l("There is a character at place %(position)s that does not belong there."),
    "wrong_check": _l("The check character should be %(expected)s, not %(given)s."),
}
IPC: Words = {
    "unknown_section": _l("There is no section %(section)s; A to H exist."),
    "group_incomplete": _l("The subgroup is missing; perhaps %(suggestion)s?"),
    "bad_form": _l("An IPC symbol looks like F16C or F16C 19/06."),
}
LOCARNO: Words = {
    "bad_form": _l("A Locarno class looks like 08-06."),
    "unknown_class": _l("There is no class %(class)s; 01 to 32 exist."),
}
AGENCY: Words = {
    "bad_form": _l("An agency code has 5 digits, an attorney's licence 11."),
    "unknown_province": _l("The code begins with %(province)s, which is no province."),
}
CONTRACT: Words = {"bad_form": _l("A contract registration number has digits only.")}
BY_KIND: Mapping[str, Words] = {
    "application": APPLICATION,
    "publication": PUBLICATION,
    "credit_code": CREDIT_CODE,
    "ipc": IPC,
    "locarno": LOCARNO,
    "agency": AGENCY,
    "attorney": AGENCY,
    "contract": CONTRACT,
}
KIND_NAMES: Words = {
    "application": _l("Application or patent number"),
    "publication": _l("Publication number"),
    "credit_code": _l("Unified social credit code"),
    "ipc": _l("IPC symbol"),
    "locarno": _l("Locarno class"),
    "agency": _l("Patent agency code"),
    "attorney": _l("Patent attorney's licence"),
    "contract": _l("Contract registration number"),
    "": _l("Not recognised"),
}
PATENT_KINDS: Words = {"I": _l("Invention"), "U": _l("Utility model"), "D": _l("Design")}
STAGES: Words = {
    "published": _l("application published"),
    "granted": _l("grant announced"),
    "corrected": _l("correction"),
    "kept_in_part": _l("kept in part after invalidation"),
}
FEE_STATES: Words = {
    "pending": _l("Application pending: no yearly fees are owed"),
    "ok": _l("In order"),
    "due_soon": _l("Due soon"),
    "due_today": _l("Due today"),
    "grace": _l("In the late period"),
    "lapsed": _l("Lapsed: the late period is over"),
    "paid_up": _l("All yearly fees are paid"),
    "expired": _l("The term is over"),
}
FEE_TONES = {
    "pending": "info", "ok": "ok", "due_soon": "warn", "due_today": "warn", "grace": "bad",
    "lapsed": "bad", "paid_up": "ok", "expired": "bad",
}  # fmt: skip

messages.register({f"tools.fee.{code}": text for code, text in FEE.items()})
messages.register({f"tools.amount.{code}": text for code, text in AMOUNT.items()})
messages.register({f"tools.number.{code}": text for code, text in NUMBER.items()})
for _kind, _words in BY_KIND.items():
    messages.register({f"tools.{_kind}.{code}": text for code, text in _words.items()})

REWARD_RULES = {"zhejiang": _l("Zhejiang"), "national": _l("National default")}
