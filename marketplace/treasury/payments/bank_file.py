"""A bank's statement file: the usual Chinese columns, cleaned; a dirty row is refused by itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from marketplace.kernel.sheets.cleaning import Unclean, day, first, line
from marketplace.kernel.sheets.reading import Row
from rules.amounts import AmountRefused, parse_amount

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "booked_on": ("交易日期", "记账日期", "入账日期", "交易时间", "日期", "booked_on"),
    "income": ("贷方发生额", "贷方金额", "收入金额", "收入", "贷方", "income"),
    "expense": ("借方发生额", "借方金额", "支出金额", "支出", "借方", "expense"),
    "amount": ("交易金额", "发生额", "金额", "amount"),
    "mark": ("借贷标志", "借贷标识", "借贷", "收支方向", "direction"),
    "counter_name": ("对方户名", "对方账户名称", "对方名称", "对方单位", "counter_name"),
    "counter_account": ("对方账号", "对方账户", "对方帐号", "counter_account"),
    "counter_bank": ("对方开户行", "对方开户行名", "对方行名", "counter_bank"),
    "bank_reference": ("交易流水号", "流水号", "交易序号", "凭证号", "业务编号", "bank_reference"),
    "balance": ("账户余额", "余额", "本次余额", "balance"),
    "remark": ("附言", "摘要", "用途", "备注", "交易附言", "remark"),
}
"""Our name → the heads under which banks give it, the surest first."""
INCOME_MARKS = frozenset({"贷", "C", "收", "收入", "贷方", "IN"})
EXPENSE_MARKS = frozenset({"借", "D", "支", "支出", "借方", "OUT"})
LENGTHS = {"counter_name": 120, "counter_bank": 120, "bank_reference": 80, "remark": 300}


@dataclass(frozen=True, slots=True)
class BankRow:
    """One movement as the bank shows it. Amounts in fen; ``account`` is the other side's number."""

    line: int
    direction: str
    booked_on: date
    amount_minor: int
    bank_reference: str
    counter_name: str
    counter_account: str
    counter_bank: str
    remark: str
    balance_minor: int | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is not taken: its line in the file, the field, a stable code."""

    line: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class BankFile:
    """What a file holds, oldest first. ``unbroken``: every balance follows from the one before."""

    rows: tuple[BankRow, ...]
    problems: tuple[Problem, ...]
    unbroken: bool

    @property
    def opening_minor(self) -> int | None:
        """The balance before the first row; None when the bank gives none."""
        if not self.rows or self.rows[0].balance_minor is None:
            return None
        return self.rows[0].balance_minor - _signed(self.rows[0])

    @property
    def closing_minor(self) -> int | None:
        """The balance after the last row."""
        return self.rows[-1].balance_minor if self.rows else None


def parse(rows: Sequence[Row], *, today: date) -> BankFile:
    """Every row read or refused with its reason; a number that comes twice is refused once."""
    good: list[BankRow] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for row in rows:
        found = _row(row, today)
        if isinstance(found, Problem):
            problems.append(found)
        elif found.bank_reference in seen:
            problems.append(Problem(row.line, "bank_reference", "twice"))
        else:
            seen.add(found.bank_reference)
            good.append(found)
    ordered, unbroken = _oldest_first(good)
    return BankFile(tuple(ordered), tuple(problems), unbroken and not problems)


def _oldest_first(rows: list[BankRow]) -> tuple[list[BankRow], bool]:
    """Banks list either way; the balances tell which, and whether a row is missing."""
    for ordered in (rows, rows[::-1]):
        if _follows(ordered):
            return ordered, True
    return sorted(rows, key=lambda row: row.booked_on), False


def _follows(rows: Sequence[BankRow]) -> bool:
    if any(row.balance_minor is None for row in rows):
        return False
    if any(later.booked_on < row.booked_on for row, later in pairwise(rows)):
        return False
    return all(
        (row.balance_minor or 0) + _signed(later) == later.balance_minor
        for row, later in pairwise(rows)
    )


def _signed(row: BankRow) -> int:
    return row.amount_minor if row.direction == "in" else -row.amount_minor


def _row(row: Row, today: date) -> BankRow | Problem:
    if row.broken:
        return Problem(row.line, "", row.broken)
    values = {name: first(row.values, heads) for name, heads in COLUMNS.items()}
    said = (line(row.values.get(head)) for head in COLUMNS["remark"])
    values["remark"] = " ".join(dict.fromkeys(one for one in said if one))
    try:
        booked_on = _day(values["booked_on"], today)
        direction, amount = _amount(values)
        texts = {name: _text(values, name) for name in LENGTHS}
        balance = None if values["balance"] is None else _fen(values["balance"], "balance")
    except Refused as refused:
        return Problem(row.line, refused.field, refused.reason)
    if not texts["bank_reference"]:
        return Problem(row.line, "bank_reference", "missing")
    account = digits(str(values["counter_account"] or ""))
    if account is None:
        return Problem(row.line, "counter_account", "not_an_account")
    return BankRow(
        row.line,
        direction,
        booked_on,
        amount,
        counter_account=account,
        balance_minor=balance,
        **texts,
    )


class Refused(ValueError):
    """A cell that cannot be read."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(f"{field}: {reason}")


def _day(value: Any, today: date) -> date:
    try:
        found = day(value)
    except Unclean as error:
        raise Refused("booked_on", error.reason) from error
    if found is None:
        raise Refused("booked_on", "missing")
    if found > today:
        raise Refused("booked_on", "in_the_future")
    return found


def _amount(values: Mapping[str, Any]) -> tuple[str, int]:
    """(direction, fen) of two columns, or of one with a sign or a mark beside it."""
    income = _fen(values["income"], "income") if values["income"] else 0
    expense = _fen(values["expense"], "expense") if values["expense"] else 0
    if income and expense:
        raise Refused("amount", "both_sides")
    if income or expense:
        if min(income, expense) < 0:  # a bank's own correction is for a person to read
            raise Refused("amount", "negative")
        return ("in", income) if income else ("out", expense)
    if values["amount"] in (None, ""):
        raise Refused("amount", "missing")
    amount = _fen(values["amount"], "amount")
    mark = unicodedata.normalize("NFKC", str(values["mark"] or "")).strip().upper()
    if amount == 0:
        raise Refused("amount", "zero")
    if not mark:
        return ("in", amount) if amount > 0 else ("out", -amount)
    if amount < 0 or mark not in INCOME_MARKS | EXPENSE_MARKS:
        raise Refused("mark", "unknown_direction")
    return ("in" if mark in INCOME_MARKS else "out"), amount


def _fen(value: Any, field: str) -> int:
    """An amount with an optional sign, as fen; ``0``, ``0.00`` and ``-`` are nothing."""
    text = unicodedata.normalize("NFKC", str(value)).strip().lstrip("+")
    if text in ("", "-", "--", "—"):
        return 0
    sign = -1 if text[0] in "-−" else 1
    try:
        minor = parse_amount(text.lstrip("-−"))
    except AmountRefused as error:
        raise Refused(field, str(error.code)) from error
    if minor is None:
        raise Refused(field, "not_an_amount")
    return sign * minor


def _text(values: Mapping[str, Any], name: str) -> str:
    found = line(values[name])
    if len(found) > LENGTHS[name]:
        raise Refused(name, "too_long")
    return found


def digits(text: str) -> str | None:
    """An account number without its spaces and dashes; empty for none, None for nonsense."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "").strip("'")
    if not plain:
        return ""
    if not (plain.isascii() and plain.isdecimal() and 8 <= len(plain) <= 34):
        return None
    return plain
