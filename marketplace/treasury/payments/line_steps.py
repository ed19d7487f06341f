"""Steps on a bank line: take it, match it, send it back; each inside one transaction."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from marketplace.identity import queries as identity
from marketplace.kernel import cipher
from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.options import option
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.ledger.chart import clearing, refund, unidentified
from marketplace.treasury.ledger.steps import Move, Post, post
from marketplace.treasury.payments import instructions, matching, states
from marketplace.treasury.payments.bank_file import BankRow
from marketplace.treasury.payments.instructions import Draft, Payee
from marketplace.treasury.payments.models import Instruction, StatementLine
from marketplace.treasury.payments.providers import BANK
from marketplace.treasury.payments.purposes import Payment
from marketplace.treasury.payments.steps import credit, locked_by_reference

OUR_BANK = BANK.name


def take(tx: Tx, row: BankRow, *, statement_id: int | None) -> StatementLine | None:
    """Step: keep a movement; what came in is in the ledger at once. None when it is known."""
    known = select(StatementLine.id).where(StatementLine.bank_reference == row.bank_reference)
    if tx.db.scalar(known) is not None:
        return None
    keys = tx.settings.secrets
    account = row.counter_account
    line = StatementLine(
        statement_id=statement_id,
        direction=row.direction,
        booked_on=row.booked_on,
        amount_minor=row.amount_minor,
        bank_reference=row.bank_reference,
        counter_name=row.counter_name,
        counter_sealed=cipher.seal(keys, account) if account else None,
        counter_tail=account[-4:],
        counter_fingerprint=cipher.fingerprint(keys, account) if account else "",
        counter_bank=row.counter_bank,
        remark=row.remark,
        state="open",
        entered_at=tx.now,
        entered_by=tx.actor.user_id,
    )
    tx.db.add(line)
    tx.db.flush()
    if line.direction == "in":
        moves = [Move(clearing(OUR_BANK), unidentified(OUR_BANK), line.amount_minor)]
        line.entry_id = book(tx, line, "arrived", moves)
    tx.audit("line.taken", "bank_line", line.id, reference=line.bank_reference)
    return line


def book(tx: Tx, line: StatementLine, action: str, moves: list[Move]) -> int:
    """Step: post about a line on the bank's own day, while open: the day's balances compare."""
    closed = ledger.closed_through(tx.db)
    day = line.booked_on if closed is None or line.booked_on > closed else None
    key = f"line:{line.id}:{action}"
    return post(
        tx,
        Post(key, action, "bank_line", line.id, moves, line.bank_reference, "", booked_on=day),
    )


def settle(tx: Tx, line: StatementLine) -> None:
    """Step: match a new line by itself, when nothing is left for a person to judge.

    Money for something that is over goes straight back (L27); money of the acting treasurer's
    own organisation waits for a colleague (T13).
    """
    found = matching.suggestions(tx.db, [line]).get(line.id)
    if found is None or not (found.is_certain or found.verdict == "late"):
        return
    if _is_own(tx, found.organisation_id):
        return
    if found.verdict == "late":
        if line.counter_sealed is not None:
            send_back(tx, line, why=found.reference, created_by=None)
    elif line.direction == "in":
        match_income(tx, line, found.reference)
    else:
        match_expense(tx, line, found.reference)
    line.how = "auto"


def match_income(tx: Tx, line: StatementLine, reference: str) -> None:
    """Step: credit a line to the intent of a code; what is too much goes back."""
    state = states.advance(states.LINE, line.state, "match")
    intent = locked_by_reference(tx, reference)
    instructions.refuse_own(tx, intent.organisation_id)
    names = identity.organisation_names(tx.db, [intent.organisation_id])
    verdict = matching.verdict_of(line, intent, names)
    if verdict not in ("exact", "under", "over"):
        raise Conflict(f"payments.{verdict}")
    if line.counter_sealed is None:
        raise Conflict("payments.bad_account")
    line.state, line.intent_id = state, intent.id
    line.matched_at, line.matched_by = tx.now, tx.actor.user_id
    tx.db.flush()
    taken = credit(tx, intent, _payment(line), source=unidentified(OUR_BANK))
    tx.audit("line.matched", "bank_line", line.id, intent=intent.id)
    if taken < line.amount_minor:
        _owe_back(tx, line, line.amount_minor - taken, why=intent.reference, created_by=None)


def _payment(line: StatementLine) -> Payment:
    return Payment(
        line.amount_minor,
        OUR_BANK,
        line.bank_reference,
        line.counter_name,
        line.counter_sealed,
        line.counter_tail,
        line.counter_bank,
    )


def match_expense(tx: Tx, line: StatementLine, reference: str) -> None:
    """Step: the bank carried out the instruction of this number."""
    state = states.advance(states.LINE, line.state, "match")
    query = select(Instruction).where(Instruction.reference == reference).with_for_update()
    row = tx.db.scalar(query)
    if row is None:
        raise NotFound
    if row.amount_minor != line.amount_minor:
        raise Conflict("treasury.amount_differs", expected=row.amount_minor / 100)
    if row.provider != OUR_BANK:
        raise Conflict("payments.other_provider")
    instructions.refuse_own(tx, row.organisation_id)
    line.state, line.instruction_id = state, row.id
    line.matched_at, line.matched_by = tx.now, tx.actor.user_id
    tx.audit("line.matched", "bank_line", line.id, instruction=row.id)
    instructions.confirm(tx, row, reference=line.bank_reference)


def send_back(tx: Tx, line: StatementLine, *, why: str, created_by: int | None) -> None:
    """Step: the whole of a line goes back to the account it came from."""
    state = states.advance(states.LINE, line.state, "return")
    if line.direction != "in" or line.counter_sealed is None:
        raise Conflict("payments.cannot_return")
    line.instruction_id = _owe_back(tx, line, line.amount_minor, why=why, created_by=created_by)
    line.state, line.why = state, why
    line.matched_at, line.matched_by = tx.now, tx.actor.user_id
    tx.audit("line.returned", "bank_line", line.id, why=why)


def _owe_back(tx: Tx, line: StatementLine, amount: int, *, why: str, created_by: int | None) -> int:
    target = refund(f"bank_line:{line.id}", organisation_id=None)
    book(tx, line, "given_back", [Move(unidentified(OUR_BANK), target, amount)])
    key = f"line:{line.id}:return"
    payee = Payee(line.counter_name, line.counter_sealed, line.counter_tail, line.counter_bank)
    instructions.propose(
        tx,
        Draft(
            key=key,
            kind="return_unidentified",
            account=target,
            payee=payee,
            amount_minor=amount,
            thing="bank_line",
            thing_id=line.id,
            due_at=tx.now + timedelta(hours=option(tx.db, "deposit_return_hours")),
            why=why,
            created_by=created_by,
        ),
    )
    return tx.db.scalars(select(Instruction.id).where(Instruction.key == key)).one()


def _is_own(tx: Tx, organisation_id: int | None) -> bool:
    return organisation_id is not None and tx.actor.user_id in identity.members_of(
        tx.db, organisation_id
    )
