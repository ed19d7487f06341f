"""What becomes of a bank line: matched, returned, booked as a fee, ignored; each once (T6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.treasury import policy
from marketplace.treasury.ledger.chart import clearing, provider_fee, unidentified
from marketplace.treasury.ledger.steps import Move, reverse
from marketplace.treasury.payments import states
from marketplace.treasury.payments.bank_file import BankRow, digits
from marketplace.treasury.payments.line_steps import (
    OUR_BANK,
    book,
    match_expense,
    match_income,
    send_back,
    settle,
    take,
)
from marketplace.treasury.payments.models import StatementLine
from marketplace.treasury.payments.providers import STRIPE
from rules.days import local_date


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One movement typed from the bank's list. ``account``: the other side's number. Fen."""

    direction: str
    booked_on: date
    amount_minor: int
    bank_reference: str
    counter_name: str
    counter_account: str
    remark: str = ""
    counter_bank: str = ""


def record_line(ctx: Context, command: RecordLine) -> int:
    """Take one line as the import would; its number.

    Raises Forbidden for others than the treasurer, Invalid for what a bank line cannot be,
    Conflict when the bank's number is known already.
    """
    with ctx.transaction() as tx:
        _treasurer(tx)
        row = _checked(command, today=local_date(tx.now))
        line = take(tx, row, statement_id=None)
        if line is None:
            raise Conflict("treasury.reference_used", reference=row.bank_reference)
        settle(tx, line)
        return line.id


def _checked(command: RecordLine, *, today: date) -> BankRow:
    account = digits(command.counter_account)
    if command.amount_minor <= 0:
        raise Invalid("payments.bad_amount")
    if not command.bank_reference.strip() or not command.counter_name.strip():
        raise Invalid("treasury.reference_needed")
    if not account:
        raise Invalid("payments.bad_account")
    if command.booked_on > today or command.direction not in ("in", "out"):
        raise Invalid("payments.bad_day")
    return BankRow(
        line=0,
        direction=command.direction,
        booked_on=command.booked_on,
        amount_minor=command.amount_minor,
        bank_reference=command.bank_reference.strip(),
        counter_name=command.counter_name.strip(),
        counter_account=account,
        counter_bank=command.counter_bank.strip(),
        remark=command.remark.strip(),
        balance_minor=None,
    )


@dataclass(frozen=True, slots=True)
class MatchLine:
    """A person says what a line is for: the code of an intent or the number of an instruction."""

    line_id: int
    reference: str


def match_line(ctx: Context, command: MatchLine) -> None:
    """Match a line by hand; a part is credited as a part, what is too much goes back.

    Raises Forbidden for others than the treasurer and for his own organisation's money, NotFound
    for an unknown code, Conflict for another payer than the party (L80), a payment that is not
    expected, or a line that is dealt with.
    """
    with ctx.transaction() as tx:
        line = _locked(tx, command.line_id)
        reference = command.reference.strip().upper()
        if line.direction == "in":
            match_income(tx, line, reference)
        else:
            match_expense(tx, line, reference)
        line.how = "manual"


@dataclass(frozen=True, slots=True)
class DecideLine:
    """Return what came, book what left as a fee, or ignore a line; each with its reason."""

    line_id: int
    why: str


def return_line(ctx: Context, command: DecideLine) -> None:
    """Send what came back to the account it came from (L80)."""
    with ctx.transaction() as tx:
        line = _locked(tx, command.line_id)
        send_back(tx, line, why=_why(command), created_by=tx.actor.user_id)


def book_fee(ctx: Context, command: DecideLine) -> None:
    """What left is the bank's own charge."""
    with ctx.transaction() as tx:
        line = _locked(tx, command.line_id)
        state, line.why = states.advance(states.LINE, line.state, "fee"), _why(command)
        if line.direction != "out":
            raise Conflict("payments.cannot_be_fee")
        moves = [Move(provider_fee(OUR_BANK), clearing(OUR_BANK), line.amount_minor)]
        line.entry_id = book(tx, line, "fee", moves)
        line.state, line.matched_at, line.matched_by = state, tx.now, tx.actor.user_id
        tx.audit("line.fee", "bank_line", line.id, why=line.why)


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A line is a card provider's payout; ``why`` names it, ``charges_minor`` it kept. Fen."""

    line_id: int
    why: str
    charges_minor: int = 0


def move_line(ctx: Context, command: MoveLine) -> None:
    """What a card provider held for the parties is at the bank now, less its charges.

    Raises Conflict when the provider held less than that (``ledger.not_covered``).
    """
    with ctx.transaction() as tx:
        line = _locked(tx, command.line_id)
        state, line.why = states.advance(states.LINE, line.state, "move"), _why(command)
        if line.direction != "in":
            raise Conflict("payments.cannot_be_moved")
        held = clearing(STRIPE.name)
        moves = [Move(unidentified(OUR_BANK), held, line.amount_minor)]
        if command.charges_minor:
            moves.append(Move(provider_fee(STRIPE.name), held, command.charges_minor))
        book(tx, line, "moved", moves)
        line.state, line.matched_at, line.matched_by = state, tx.now, tx.actor.user_id
        tx.audit("line.moved", "bank_line", line.id, why=line.why)


def ignore_line(ctx: Context, command: DecideLine) -> None:
    """A line that is none (typed twice): its entry is reversed, the line stays to be seen."""
    with ctx.transaction() as tx:
        line = _locked(tx, command.line_id)
        state, line.why = states.advance(states.LINE, line.state, "ignore"), _why(command)
        if line.statement_id is not None:
            raise Conflict("payments.bank_says_so")
        if line.entry_id is not None:
            reverse(tx, line.entry_id, why=line.why)
        line.state, line.matched_at, line.matched_by = state, tx.now, tx.actor.user_id
        tx.audit("line.ignored", "bank_line", line.id, why=line.why)


def _why(command: DecideLine | MoveLine) -> str:
    if not command.why.strip():
        raise Invalid("reason_needed")
    return command.why.strip()


def _treasurer(tx: Tx) -> None:
    if not policy.may_record(tx.actor):
        raise Forbidden


def _locked(tx: Tx, line_id: int) -> StatementLine:
    _treasurer(tx)
    query = select(StatementLine).where(StatementLine.id == line_id).with_for_update()
    line = tx.db.scalar(query)
    if line is None:
        raise NotFound
    return line
