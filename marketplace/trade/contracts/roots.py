"""The contract under its lock, and the one way its state and its words change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict, Forbidden, NotFound
from marketplace.trade.contracts import policy
from marketplace.trade.contracts.basis import Basis
from marketplace.trade.contracts.events import ContractMoved
from marketplace.trade.contracts.facts import fixed_facts
from marketplace.trade.contracts.gates import Said
from marketplace.trade.contracts.models import (
    Contract,
    ContractConsent,
    ContractSignature,
    ContractVersion,
)
from marketplace.trade.contracts.states import Action, advance
from marketplace.trade.contracts.wording import Clause, digest


def lock_own(tx: Tx, contract_id: int, *, version: int) -> tuple[Contract, policy.Party]:
    """Step: a contract of the actor's own, under lock, and his side.

    Raises NotFound where he may not know of it, Forbidden for staff and readers, Conflict
    (``contracts.changed``) when a newer version is there than he saw (T5).
    """
    found = lock(tx, contract_id)
    if not policy.may_view(tx.actor, found):
        raise NotFound
    side = policy.side_of(tx.actor, found)
    if side is None or not policy.may_write(tx.actor, found):
        raise Forbidden("contracts.writer_needed")
    if version != found.version:
        raise Conflict("contracts.changed")
    return found, side


def lock(tx: Tx, contract_id: int) -> Contract:
    """Step: the root row under lock; raises NotFound."""
    found = tx.db.scalar(select(Contract).where(Contract.id == contract_id).with_for_update())
    if found is None:
        raise NotFound
    return found


def ask_binding(tx: Tx, contract: Contract, *, price_minor: int) -> None:
    """Raise Forbidden unless the actor may bind his side to this price."""
    if not policy.may_bind(tx.actor, contract, price_minor=price_minor):
        raise Forbidden("contracts.manager_needed")


def version_of(db: Session, contract: Contract, version: int | None = None) -> ContractVersion:
    """One version, the newest by default; raises NotFound."""
    row = db.get(ContractVersion, (contract.id, version or contract.version))
    if row is None:
        raise NotFound
    return row


def clauses_of(row: ContractVersion) -> tuple[Clause, ...]:
    """The clauses of a version as values."""
    return tuple(Clause(**one) for one in row.clauses)


def said_in(row: ContractVersion) -> Said:
    """A version as the gates judge it."""
    return Said(facts=row.facts, blanks=row.facts["blanks"], clauses=clauses_of(row))


def consents_to(db: Session, contract: Contract) -> set[str]:
    """The sides that consent to the newest version."""
    query = select(ContractConsent.side).where(
        ContractConsent.contract_id == contract.id, ContractConsent.version == contract.version
    )
    return set(db.scalars(query))


def signatures_of(db: Session, contract: Contract) -> list[ContractSignature]:
    """The signatures under the newest version, in time."""
    query = select(ContractSignature).where(
        ContractSignature.contract_id == contract.id, ContractSignature.version == contract.version
    )
    return list(db.scalars(query.order_by(ContractSignature.at, ContractSignature.side)))


@dataclass(frozen=True, slots=True)
class Draft:
    """What the next version will say, who wrote it (``side``, empty: generated) and why."""

    basis: Basis
    blanks: Mapping[str, str]
    clauses: Sequence[Clause]
    side: str = ""
    why: str = ""


def add_version(tx: Tx, contract: Contract, draft: Draft) -> ContractVersion:
    """Step: the next version; what order and register say is taken as it is now."""
    facts = {**fixed_facts(draft.basis, contract.kind), "blanks": dict(draft.blanks)}
    contract.version += 1
    contract.title, contract.reasons = facts["title"], {}
    row = ContractVersion(
        contract_id=contract.id,
        version=contract.version,
        facts=facts,
        clauses=[asdict(one) for one in draft.clauses],
        side=draft.side,
        user_id=tx.actor.user_id,
        why=draft.why,
        at=tx.now,
    )
    row.sha256 = words_hash(contract, row)
    tx.db.add(row)
    tx.db.flush()
    return row


def words_hash(contract: Contract, row: ContractVersion) -> str:
    """SHA-256 over everything a version says."""
    return digest(
        {
            "number": contract.number,
            "kind": contract.kind,
            "version": row.version,
            "facts": row.facts,
            "clauses": row.clauses,
        }
    )


def add_consent(tx: Tx, contract: Contract, side: str) -> None:
    """Step: this side agrees to the newest version; a second time changes nothing."""
    if side in consents_to(tx.db, contract):
        return
    tx.db.add(
        ContractConsent(
            contract_id=contract.id,
            version=contract.version,
            side=side,
            user_id=tx.actor.user_id,
            at=tx.now,
        )
    )
    tx.db.flush()


def move(tx: Tx, contract: Contract, action: Action, *, side: str = "", why: str = "") -> None:
    """Step: change the state, tell the others, remember who did it."""
    contract.state = advance(contract.state, action)
    tx.db.flush()
    tx.emit(
        ContractMoved(
            contract.id, contract.order_id, str(action), contract.state, contract.version, side
        )
    )
    tx.audit(f"contract.{action}", "contract", contract.id, why=why, version=contract.version)
