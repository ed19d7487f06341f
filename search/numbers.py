"""Patent, application and publication numbers in any spelling, brought to one form.

Only spelling is settled here, so that a number typed by hand meets the number in a record;
whether a number is valid (check digit, kind, year) is for the rule book.
"""

from __future__ import annotations

import re
import unicodedata

_PREFIX = re.compile(
    r"^(?:中国|发明|实用新型|外观设计|专利|申请|公开|公告|授权|公布|编号|号码|号"
    r"|PATENT|APPLICATION|PUBLICATION|NUMBER|NO|APPL|APP|PUB)+"
)
_SEPARATORS = re.compile(r"[\s\-‐-―_,/.·。:;#()\[\]]+")
_APPLICATION = re.compile(r"^(?:ZL|CN)?(\d{12}|\d{8})([\dX])?$")
_PUBLICATION = re.compile(r"^(CN)?(\d{7,9})([ABCUSY]\d?)?$")
_FOREIGN = re.compile(r"^((?:PCT)?[A-Z]{2}\d{6,13})([A-Z]\d?)?$|^([A-Z]{2}\d{5})([A-Z]\d?)$")
#: Longer texts are not looked up as an unknown kind of number.
_LONGEST_UNKNOWN = 30


def canonical(text: str) -> str | None:
    """The number that the whole of ``text`` is, or None when it is no number.

    "专利号：ZL 2018 1 0123456.7" → "2018101234567"; "ｃｎ 108123456 a" → "CN108123456A".
    """
    compact = unicodedata.normalize("NFKC", text).upper().strip()
    if not 7 <= len(compact) <= 60 or sum(char.isdigit() for char in compact) < 5:
        return None
    compact = _PREFIX.sub("", _SEPARATORS.sub("", compact))
    return _application(compact) or _publication(compact) or _foreign(compact)


def _application(compact: str) -> str | None:
    found = _APPLICATION.match(compact)
    if not found or not _plausible_year(found[1]):
        return None
    if compact.startswith("CN") and len(found[1]) == 8 and found[2]:
        # CN followed by nine digits is a publication number, except where it ends in X.
        return found[1] + found[2] if found[2] == "X" else None
    return found[1] + (found[2] or "")


def _plausible_year(digits: str) -> bool:
    if len(digits) == 12:
        return digits[:2] in ("19", "20") and digits[4] in "123456789"
    return digits[0] in "890" and digits[2] in "123489"


def _publication(compact: str) -> str | None:
    found = _PUBLICATION.match(compact)
    if not found:
        return None
    prefix, digits, kind = found.groups()
    new_style = len(digits) == 9 and digits[0] == "1"
    if not (kind or new_style or (prefix and len(digits) != 8)):
        return None
    return f"CN{digits}{kind or ''}"


def _foreign(compact: str) -> str | None:
    return compact if _FOREIGN.match(compact) else None


def forms(number: str) -> tuple[str, ...]:
    """The forms under which a record with this number is kept: whole, and without its tail.

    The tail is the check character of an application and the kind code of a publication. What is
    not recognised as a number is kept as it is, without separators.
    """
    whole = canonical(number)
    if whole is None:
        plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", number).upper())
        return (plain,) if plain else ()
    application = _APPLICATION.match(whole)
    if application and not whole.startswith("CN"):
        return (whole, application[1]) if application[2] else (whole,)
    bare = re.sub(r"(?<=\d)[A-Z]\d?$", "", whole)
    return (whole,) if bare == whole else (whole, bare)


def lookups(text: str) -> tuple[str, ...]:
    """The forms to look ``text`` up by, the exact one first; empty when it is no number.

    Other numbers (of contracts, of foreign offices) are looked up as they are.
    """
    whole = canonical(text)
    if whole is not None:
        return forms(whole)
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).upper())
    bare = re.sub(r"^[\u3400-\u9fff]+", "", plain)
    digits = sum(char.isdigit() for char in bare)
    unknown = bare.isascii() and bare.isalnum() and digits >= 3 and len(bare) <= _LONGEST_UNKNOWN
    return (bare,) if unknown else ()
