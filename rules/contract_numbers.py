"""Registration numbers of technology contracts (技术合同登记编号): 16 digits, older ones 14."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from rules.patent_numbers import NumberWarning
from rules.refusals import NumberRefused
from rules.typed_text import digits_of

TODAYS_LENGTH = 16
OLDER_LENGTH = 14


@dataclass(frozen=True, slots=True)
class ContractNumber:
    """A registration number; the older form tells year, province, city, office and serial."""

    canonical: str
    parts: tuple[str, ...] = ()
    warnings: tuple[NumberWarning, ...] = field(default=(), compare=False)


def parse_contract_number(text: str) -> ContractNumber:
    """Read a 技术合同登记编号 (section 2, L47).

    Raises ``NumberRefused`` ``bad_form`` when it is empty or has anything but digits. Another
    length than 16 or 14 only warns ``unusual_length`` (the inner form of the 16 is not public).
    """
    number = digits_of(text)
    if not (number.isascii() and number.isdecimal()):
        raise NumberRefused("bad_form", {"given": number})
    if len(number) == OLDER_LENGTH:
        cuts = (0, 2, 4, 6, 8, 14)
        return ContractNumber(number, tuple(number[a:b] for a, b in pairwise(cuts)))
    if len(number) == TODAYS_LENGTH:
        return ContractNumber(number)
    odd = NumberWarning("unusual_length", {"length": len(number)})
    return ContractNumber(number, warnings=(odd,))
