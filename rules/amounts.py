"""Amounts of money as people type and sign them: typed text to fen, fen to 人民币大写."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from rules.refusals import AmountRefused

__all__ = ["LARGEST_MINOR", "AmountRefused", "capitals", "in_wan", "parse_amount"]

LARGEST_MINOR = 10**15
"""Ten trillion yuan; anything above is a slip of the keyboard."""

FEN_PER_YUAN = 100
NEGOTIABLE = frozenset({"面议", "价格面议", "面谈", "协商", "另议", "电议", "NEGOTIABLE"})

_UNITS: Mapping[str, int] = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 10**8}
_CURRENCY = re.compile(r"^(?:人民币|RMB|CNY|¥|￥)+|(?:人民币|RMB|CNY)$")
_YUAN = re.compile(r"(?:元|圆|块)?(?:整|正)?$")
_PLAIN = re.compile(r"\d+(?:\.\d*)?|\.\d+", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_WITH_UNITS = re.compile(r"([\d.,]+)([十百千万亿]{0,3})", re.ASCII)
_RANGE = re.compile(r"\d.*?(?:-|~|至|到)+.*?\d")

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")


def parse_amount(text: str) -> int | None:
    """Typed text as fen; None for 面议 (negotiable), which the caller allows or not.

    Full-width digits, ¥, 元, thousands separators and 万/亿 are understood: "1,234.5" → 123450,
    "12.5万" → 12500000, "1.2亿元". Raises ``AmountRefused``: ``empty``, ``negative``, ``range``
    ("30万-100万"), ``bad_grouping`` ("12,34"), ``too_precise`` (less than a fen), ``too_large``
    (largest_minor), ``not_an_amount``.
    """
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    if not bare:
        raise AmountRefused("empty")
    if bare in NEGOTIABLE:
        return None
    bare = _YUAN.sub("", _CURRENCY.sub("", bare))
    if bare[:1] in {"-", "−"}:
        raise AmountRefused("negative")
    if _RANGE.search(bare):
        raise AmountRefused("range", {"given": text})
    shape = _WITH_UNITS.fullmatch(bare)
    if shape is None:
        raise AmountRefused("not_an_amount", {"given": text})
    return _in_fen(_number(shape[1], text) * _factor(shape[2]))


def _number(typed: str, text: str) -> Decimal:
    if "," in typed and not _GROUPED.fullmatch(typed):
        raise AmountRefused("bad_grouping", {"given": text})
    digits = typed.replace(",", "")
    if not _PLAIN.fullmatch(digits) or len(digits) > 40:
        raise AmountRefused("not_an_amount", {"given": text})
    return Decimal(digits)


def _factor(units: str) -> int:
    factor = 1
    for unit in units:
        factor *= _UNITS[unit]
    return factor


def _in_fen(yuan: Decimal) -> int:
    fen = yuan * FEN_PER_YUAN
    if fen > LARGEST_MINOR:
        raise AmountRefused("too_large", {"largest_minor": LARGEST_MINOR})
    if fen != fen.to_integral_value():
        raise AmountRefused("too_precise")
    return int(fen)


def capitals(amount_minor: int) -> str:
    """人民币大写 of an amount in fen, without the words 人民币: 壹佰肆拾万元整.

    整 closes whole yuan and whole jiao; 零 is written once for any run of zeros between figures
    and before fen without jiao (支付结算办法, annex on filling in instruments). Raises
    ``AmountRefused``: ``negative``, ``too_large``.
    """
    if amount_minor < 0:
        raise AmountRefused("negative")
    if amount_minor > LARGEST_MINOR:
        raise AmountRefused("too_large", {"largest_minor": LARGEST_MINOR})
    yuan, rest = divmod(amount_minor, FEN_PER_YUAN)
    jiao, fen = divmod(rest, 10)
    whole = f"{_integer(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"{whole}整"
    tenths = f"{_DIGITS[jiao]}角" if jiao else ("零" if whole else "")
    return whole + tenths + (f"{_DIGITS[fen]}分" if fen else "整")


def _integer(number: int) -> str:
    if number == 0:
        return "零"
    high, low = divmod(number, 10**8)
    if high:
        gap = "零" if low and (low < 10**7 or high % 10**4 == 0) else ""
        return f"{_integer(high)}亿{gap}{_integer(low) if low else ''}"
    wan, rest = divmod(number, 10**4)
    if wan:
        gap = "零" if 0 < rest < 10**3 else ""
        return f"{_four(wan)}万{gap}{_four(rest)}"
    return _four(rest)


def _four(number: int) -> str:
    """Up to four digits; "" for 0; inner zeros once, zeros at the end not at all."""
    written, zero_waits = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit == 0:
            zero_waits = bool(written)
            continue
        written += ("零" if zero_waits else "") + _DIGITS[digit] + _PLACES[place]
        zero_waits = False
    return written


def in_wan(amount_minor: int) -> str:
    """Fen as exact 万元 for Chinese texts ("140万元", "12.5万元"); below 1 万 in 元."""
    if abs(amount_minor) < 10**6:
        return f"{_short(Decimal(amount_minor) / FEN_PER_YUAN)}元"
    return f"{_short(Decimal(amount_minor) / 10**6)}万元"


def _short(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
