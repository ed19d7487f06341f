"""What a bank line pays: by the code in its remark, or a guess that a person must confirm."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.treasury.payments.instructions import PREFIX
from marketplace.treasury.payments.models import Instruction, PaymentIntent, StatementLine
from marketplace.treasury.payments.steps import CODE_LENGTH

CODED = re.compile(r"(?:BZ|DD|TC|CX)\d{4,}[A-Z2-9]*")
INSTRUCTED = re.compile(PREFIX + r"\d{6,}")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a line seems to be for. ``verdict``: exact, under, over, by_name, other_payer, late,
    paid_already; instruction, instruction_by_name for money that left. Amount in fen.
    """

    reference: str
    verdict: str
    thing: str
    thing_id: int
    name: str
    wanted_minor: int
    organisation_id: int | None

    @property
    def is_certain(self) -> bool:
        """Code, payer and amount agree: no person has to look (T13 apart)."""
        return self.verdict in ("exact", "instruction")


def codes_in(remark: str) -> set[str]:
    """Every code a remark may mean; payers leave out the dash, type full width or small letters."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", remark).upper() if c.isalnum())
    found: set[str] = set(INSTRUCTED.findall(plain))
    for match in CODED.finditer(plain):
        text = match[0]
        figures = len(text[2:]) - len(text[2:].lstrip("0123456789"))
        for length in range(4, figures + 1):  # a code may begin with figures, too
            code = text[2 + length : 2 + length + CODE_LENGTH]
            if len(code) == CODE_LENGTH:
                found.add(f"{text[: 2 + length]}-{code}")
    return found


def same_name(one: str, other: str) -> bool:
    """Whether two account names are the same but for width, spaces and kinds of brackets."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def suggestions(db: Session, lines: Iterable[StatementLine]) -> dict[int, Suggestion]:
    """Line → what it seems to be for; two or three statements whatever the number of lines."""
    lines = list(lines)
    incoming = [one for one in lines if one.direction == "in"]
    outgoing = [one for one in lines if one.direction == "out"]
    return {**_incoming(db, incoming), **_outgoing(db, outgoing)}


def _incoming(db: Session, lines: list[StatementLine]) -> dict[int, Suggestion]:
    if not lines:
        return {}
    codes = {code for line in lines for code in codes_in(line.remark)}
    names = {line.counter_name for line in lines if line.counter_name}
    by_name = PaymentIntent.organisation_name.in_(names) & (PaymentIntent.state == "open")
    wanted: list[ColumnElement[bool]] = [PaymentIntent.reference.in_(codes), by_name]
    query = select(PaymentIntent).where(or_(*wanted)).order_by(PaymentIntent.id).limit(1_000)
    intents = list(db.scalars(query))
    present = identity.organisation_names(db, {one.organisation_id for one in intents})
    found = {line.id: _for_income(line, intents, present) for line in lines}
    return {number: one for number, one in found.items() if one is not None}


def _for_income(
    line: StatementLine, intents: list[PaymentIntent], present: Mapping[int, str]
) -> Suggestion | None:
    codes = codes_in(line.remark)
    coded = [one for one in intents if one.reference in codes]
    if len(coded) == 1:
        (intent,) = coded
        return _suggestion(intent, verdict_of(line, intent, present))
    fitting = [
        one
        for one in intents
        if one.state == "open"
        and one.amount_minor - one.received_minor == line.amount_minor
        and same_name(one.organisation_name, line.counter_name)
    ]
    return _suggestion(fitting[0], "by_name") if len(fitting) == 1 else None


def verdict_of(line: StatementLine, intent: PaymentIntent, present: Mapping[int, str]) -> str:
    """How a line fits the intent whose code it carries (L80: the payer is the verified party)."""
    if intent.state == "void":
        return "late"
    if intent.state != "open":
        return "paid_already"
    names = (intent.organisation_name, present.get(intent.organisation_id, ""))
    if not any(same_name(line.counter_name, name) for name in names):
        return "other_payer"
    left = intent.amount_minor - intent.received_minor
    if line.amount_minor == left:
        return "exact"
    return "under" if line.amount_minor < left else "over"


def _suggestion(intent: PaymentIntent, verdict: str) -> Suggestion:
    return Suggestion(
        intent.reference,
        verdict,
        intent.purpose,
        intent.thing_id,
        intent.organisation_name,
        intent.amount_minor - intent.received_minor,
        intent.organisation_id,
    )


def _outgoing(db: Session, lines: list[StatementLine]) -> dict[int, Suggestion]:
    if not lines:
        return {}
    codes = {code for line in lines for code in codes_in(line.remark)}
    amounts = {line.amount_minor for line in lines}
    query = (
        select(Instruction)
        .where(
            Instruction.state == "sent",
            or_(Instruction.reference.in_(codes), Instruction.amount_minor.in_(amounts)),
        )
        .order_by(Instruction.id)
        .limit(1_000)
    )
    sent = list(db.scalars(query))
    found = {line.id: _for_expense(line, sent) for line in lines}
    return {number: one for number, one in found.items() if one is not None}


def _for_expense(line: StatementLine, sent: list[Instruction]) -> Suggestion | None:
    codes = codes_in(line.remark)
    fitting = [one for one in sent if one.amount_minor == line.amount_minor]
    coded = [one for one in fitting if one.reference in codes]
    named = [one for one in fitting if same_name(one.payee_name, line.counter_name)]
    for rows, verdict in ((coded, "instruction"), (named, "instruction_by_name")):
        if len(rows) == 1:
            (row,) = rows
            return Suggestion(
                row.reference,
                verdict,
                row.thing,
                row.thing_id,
                row.payee_name,
                row.amount_minor,
                row.organisation_id,
            )
    return None
