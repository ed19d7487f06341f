"""Reads of 认定登记: the typed fields, the whole form, and where the application stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import Forbidden, NotFound
from marketplace.trade.contracts import policy, queries, roots
from marketplace.trade.contracts.basis import gather
from marketplace.trade.contracts.models import ContractRegistration
from marketplace.trade.contracts.registration_form import decided_by, fields, first_fields
from marketplace.trade.contracts.states import State


@dataclass(frozen=True, slots=True)
class RegistrationPage:
    """``typed`` are the values of the form's fields, ``fields`` all of it by Chinese names."""

    contract_id: int
    number: str
    title: str
    state: str
    typed: dict[str, Any]
    fields: dict[str, str]
    technical_minor: int | None
    accepted_on: date | None
    due_on: date | None
    decided_on: date | None
    registration_number: str


def page(db: Session, actor: Actor, *, contract_id: int) -> RegistrationPage:
    """For the seller's people and reviewers; raises NotFound (also before it is sealed)."""
    contract = queries.visible(db, actor, contract_id=contract_id)
    if contract.state != State.SEALED:
        raise NotFound
    if not policy.may_record(actor, contract):
        raise Forbidden("contracts.seller_needed")
    basis, row = gather(db, contract.order_id), roots.version_of(db, contract)
    kept = db.get(ContractRegistration, contract.id)
    if kept is None:
        kept = ContractRegistration(state="none", number="", technical_minor=None)
        kept.fields = first_fields(basis, contract, row)
    accepted = kept.accepted_on
    return RegistrationPage(
        contract_id=contract.id,
        number=contract.number,
        title=contract.title,
        state=kept.state,
        typed=_typed(kept.fields),
        fields=fields(basis, contract, row, kept),
        technical_minor=kept.technical_minor,
        accepted_on=accepted,
        due_on=decided_by(accepted) if accepted and kept.state == "accepted" else None,
        decided_on=kept.decided_on,
        registration_number=kept.number,
    )


def _typed(kept: dict[str, str]) -> dict[str, Any]:
    """Days as days, so that a form shows them."""
    values: dict[str, Any] = dict(kept)
    for name in ("valid_from", "valid_until"):
        values[name] = date.fromisoformat(kept[name]) if kept[name] else None
    return values
