"""认定登记: keep the form's fields and what the office answered (L47)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.showcase.deals import steps as board
from marketplace.trade.contracts import policy, roots
from marketplace.trade.contracts.basis import gather
from marketplace.trade.contracts.models import Contract, ContractRegistration
from marketplace.trade.contracts.registration_form import TYPED, first_fields
from marketplace.trade.contracts.states import State
from marketplace.trade.orders import facts as order_facts
from rules.contract_numbers import parse_contract_number
from rules.days import local_date
from rules.refusals import NumberRefused

STEPS = {"none": ("accepted",), "accepted": ("registered", "refused"), "refused": ("accepted",)}
"""未申请 → 受理 → 已登记 | 不予登记; what was refused may be asked for again."""
FIELD_LENGTH = 300


@dataclass(frozen=True, slots=True)
class FillRegistration:
    """The typed fields of the form; ``technical_minor``: 技术交易额 in fen."""

    contract_id: int
    fields: Mapping[str, str]
    technical_minor: int | None = None


def fill_registration(ctx: Context, command: FillRegistration) -> None:
    """Keep the form's fields; raises NotFound, Forbidden, Conflict (not sealed), Invalid."""
    with ctx.transaction() as tx:
        contract, row = _locked(tx, command.contract_id)
        if set(command.fields) - set(TYPED):
            raise Invalid("contracts.unknown_blank")
        if any(len(text) > FIELD_LENGTH for text in command.fields.values()):
            raise Invalid("contracts.too_long", most=FIELD_LENGTH)
        price = roots.version_of(tx.db, contract).facts["price_minor"]
        technical = command.technical_minor
        if technical is not None and not 0 <= technical <= price:
            raise Invalid("contracts.technical_above_price")
        row.fields = {**row.fields, **{k: v.strip() for k, v in command.fields.items()}}
        row.technical_minor = technical
        _touch(tx, row)
        tx.audit("contract.registration_filled", "contract", contract.id)


@dataclass(frozen=True, slots=True)
class RecordRegistration:
    """What the office answered on ``on``: accepted, registered (with its number) or refused."""

    contract_id: int
    answer: str
    on: date
    number: str = ""


def record_registration(ctx: Context, command: RecordRegistration) -> None:
    """Record an answer; raises NotFound, Forbidden, Conflict for a step that cannot follow,
    Invalid for a day to come, a day before the last one, or a wrong number.
    """
    with ctx.transaction() as tx:
        contract, row = _locked(tx, command.contract_id)
        if command.answer not in STEPS.get(row.state, ()):
            raise Conflict("contracts.registration_step", state=row.state)
        last = row.accepted_on if command.answer != "accepted" else None
        if command.on > local_date(tx.now) or (last is not None and command.on < last):
            raise Invalid("contracts.registration_day")
        if command.answer == "registered":
            row.number = _number(command.number)
            _show_on_board(tx, contract, row)
        row.state = command.answer
        if command.answer == "accepted":
            row.accepted_on, row.decided_on = command.on, None
        else:
            row.decided_on = command.on
        _touch(tx, row)
        tx.audit(f"contract.registration_{row.state}", "contract", contract.id, number=row.number)


def _number(typed: str) -> str:
    try:
        return parse_contract_number(typed).canonical
    except NumberRefused as error:
        raise Invalid("contracts.registration_number") from error


def _show_on_board(tx: Tx, contract: Contract, row: ContractRegistration) -> None:
    for origin, origin_id in order_facts.board_keys(tx.db, contract.order_id):
        board.keep_registration(tx, origin=origin, origin_id=origin_id, number=row.number)


def _locked(tx: Tx, contract_id: int) -> tuple[Contract, ContractRegistration]:
    contract = roots.lock(tx, contract_id)
    if not policy.may_view(tx.actor, contract):
        raise NotFound
    if not policy.may_record(tx.actor, contract):
        raise Forbidden("contracts.seller_needed")
    if contract.state != State.SEALED:
        raise Conflict("contracts.not_sealed")
    row = tx.db.get(ContractRegistration, contract.id)
    if row is None:
        basis = gather(tx.db, contract.order_id)
        row = ContractRegistration(
            contract_id=contract.id,
            state="none",
            fields=first_fields(basis, contract, roots.version_of(tx.db, contract)),
            number="",
            changed_at=tx.now,
            changed_by=tx.actor.user_id,
        )
        tx.db.add(row)
    return contract, row


def _touch(tx: Tx, row: ContractRegistration) -> None:
    row.changed_at, row.changed_by = tx.now, tx.actor.user_id
    tx.db.flush()
