"""Write a contract: generate it from the order, fill its blanks, amend it clause by clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.kernel.ids import token
from marketplace.trade.contracts import policy, roots
from marketplace.trade.contracts.basis import Basis, gather
from marketplace.trade.contracts.facts import first_blanks, fixed_facts, missing
from marketplace.trade.contracts.forms_of_law import Form, form_of, kinds_for
from marketplace.trade.contracts.models import Contract, ContractVersion
from marketplace.trade.contracts.roots import Draft
from marketplace.trade.contracts.states import Action, State
from marketplace.trade.contracts.wording import Clause, rewritten, written
from marketplace.trade.orders import roots as orders
from marketplace.trade.orders.steps import unsign

TEXT_LENGTH = 6_000
MOST_CLAUSES = 60


@dataclass(frozen=True, slots=True)
class OpenContract:
    """Begin the contract of an order; ``kind`` empty: the usual one of the order's mode."""

    order_id: int
    kind: str = ""


def open_contract(ctx: Context, command: OpenContract) -> int:
    """Generate the first version; an order has one contract, so a second time gives the same.

    Raises NotFound to anybody else, Forbidden for readers, Conflict for an order that waits for
    no contract, Invalid for a kind that does not fit the mode.
    """
    with ctx.transaction() as tx:
        order = orders.lock(tx, command.order_id)
        if not policy.may_view(tx.actor, order):
            raise NotFound
        known = tx.db.scalar(select(Contract.id).where(Contract.order_id == command.order_id))
        if known is not None:
            return known
        if not policy.may_write(tx.actor, order):
            raise Forbidden("contracts.writer_needed")
        basis = gather(tx.db, command.order_id)
        if not basis.order.is_open:
            raise Conflict("contracts.order_not_open")
        return _generate(tx, basis, kind=_kind(basis, command.kind)).id


def _kind(basis: Basis, wished: str) -> str:
    offered = kinds_for(basis.mode)
    if wished and wished not in offered:
        raise Invalid("contracts.unknown_kind")
    return wished or offered[0]


def _generate(tx: Tx, basis: Basis, *, kind: str) -> Contract:
    order, form = basis.order, form_of(kind)
    contract = Contract(
        number=f"new-{token()}",
        order_id=order.order_id,
        kind=kind,
        title="",
        state=State.DRAFT,
        version=0,
        seller_organisation_id=order.seller_organisation_id,
        seller_name=basis.seller.name,
        buyer_organisation_id=order.buyer_organisation_id,
        buyer_name=basis.buyer.name,
        reasons={},
        created_at=tx.now,
    )
    tx.db.add(contract)
    tx.db.flush()
    contract.number = f"HT-{tx.now.astimezone(SHANGHAI).year}-{contract.id:04d}"
    blanks = first_blanks(basis, form)
    clauses = written(form, fixed_facts(basis, kind), blanks)
    roots.add_version(tx, contract, Draft(basis, blanks, clauses))
    roots.move(tx, contract, Action.FILL)
    return contract


@dataclass(frozen=True, slots=True)
class Fill:
    """What the parties wrote into the blanks; those not named keep what they say."""

    contract_id: int
    version: int
    blanks: Mapping[str, str]


def fill(ctx: Context, command: Fill) -> int:
    """Fill in blanks: every clause that nobody amended is written anew. The new version's number.

    Raises NotFound, Forbidden, Conflict, and Invalid for a blank the form has not, a text that is
    too long, or a ★ item emptied after the contract was proposed.
    """
    with ctx.transaction() as tx:
        contract, side = roots.lock_own(tx, command.contract_id, version=command.version)
        row, form = roots.version_of(tx.db, contract), form_of(contract.kind)
        _ask_blanks(form, command.blanks)
        kept: Mapping[str, str] = row.facts["blanks"]
        blanks = {**kept, **{name: text.strip() for name, text in command.blanks.items()}}
        basis = gather(tx.db, contract.order_id)
        clauses = rewritten(
            roots.clauses_of(row),
            written(form, row.facts, kept),
            written(form, fixed_facts(basis, contract.kind), blanks),
        )
        return _next(tx, contract, Draft(basis, blanks, clauses, side))


@dataclass(frozen=True, slots=True)
class Amend:
    """Change clauses by their keys (an empty text takes one out), perhaps add one; say why."""

    contract_id: int
    version: int
    texts: Mapping[str, str] = field(default_factory=dict)
    heading: str = ""
    text: str = ""
    why: str = ""


def amend(ctx: Context, command: Amend) -> int:
    """Change the words; the other side has to consent anew. The new version's number.

    Raises NotFound, Forbidden, Conflict, Invalid for an unknown clause, a text that is too long,
    nothing changed, or no reason.
    """
    if not command.why.strip():
        raise Invalid("reason_needed")
    with ctx.transaction() as tx:
        contract, side = roots.lock_own(tx, command.contract_id, version=command.version)
        row = roots.version_of(tx.db, contract)
        before = roots.clauses_of(row)
        clauses = _amended(before, command, number=contract.version + 1)
        if clauses == before:
            raise Invalid("contracts.nothing_changed")
        basis = gather(tx.db, contract.order_id)
        draft = Draft(basis, row.facts["blanks"], clauses, side, command.why.strip())
        return _next(tx, contract, draft)


def _next(tx: Tx, contract: Contract, draft: Draft) -> int:
    """A draft stays one; later on, whoever changes the words consents to them, if he may."""
    first = contract.state == State.DRAFT
    row = roots.add_version(tx, contract, draft)
    action = Action.FILL if first else Action.AMEND
    roots.move(tx, contract, action, side=draft.side, why=draft.why)
    contract.paper_id = None  # what was fixed for signing belongs to the version before
    if not first:
        unsign(tx, contract.order_id)
        ask_complete(row)
        if policy.may_bind(tx.actor, contract, price_minor=row.facts["price_minor"]):
            roots.add_consent(tx, contract, draft.side)
    return row.version


def ask_complete(row: ContractVersion) -> None:
    """Raise Invalid with the names of the ★ items that are absent (L51)."""
    absent = missing(row.facts, row.facts["blanks"])
    if absent:
        raise Invalid("contracts.incomplete", missing=absent, count=len(absent))


def _ask_blanks(form: Form, blanks: Mapping[str, str]) -> None:
    unknown = sorted(set(blanks) - set(form.blanks))
    if unknown:
        raise Invalid("contracts.unknown_blank", errors={name: ["unknown"] for name in unknown})
    if any(len(text) > TEXT_LENGTH for text in blanks.values()):
        raise Invalid("contracts.too_long", most=TEXT_LENGTH)


def _amended(before: tuple[Clause, ...], command: Amend, *, number: int) -> tuple[Clause, ...]:
    texts = {key: text.strip() for key, text in command.texts.items()}
    if set(texts) - {one.key for one in before}:
        raise Invalid("contracts.unknown_clause")
    added, heading = command.text.strip(), command.heading.strip()
    if bool(added) != bool(heading):
        raise Invalid("contracts.clause_half")
    longest = max((len(text) for text in (*texts.values(), added, heading)), default=0)
    if longest > TEXT_LENGTH or len(before) >= MOST_CLAUSES:
        raise Invalid("contracts.too_long", most=TEXT_LENGTH)
    changed = (replace(one, text=texts.get(one.key, one.text)) for one in before)
    kept = tuple(one for one in changed if one.text)
    return (*kept, Clause(f"added-{number}", heading, added)) if added else kept
