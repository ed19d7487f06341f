"""Reads of contracts: SQL in, frozen values out; nothing for who may not know of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.papers import queries as papers
from marketplace.papers.queries import PaperState
from marketplace.trade.contracts import gates, policy, roots, sheets
from marketplace.trade.contracts.basis import gather
from marketplace.trade.contracts.facts import missing
from marketplace.trade.contracts.forms_of_law import form_of, kinds_for
from marketplace.trade.contracts.models import (
    Contract,
    ContractConsent,
    ContractVersion,
)
from marketplace.trade.contracts.states import FINAL, SIDES
from marketplace.trade.contracts.wording import Piece, differences, numeral
from rules.findings import Finding

WAITING = ("agreed", "publicity")
"""The states of an order in which its contract may be begun."""


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause with what changed in it against the version compared with."""

    key: str
    heading: str
    text: str
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        return any(piece.kind != "same" for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class SideView:
    """One side: who, whether it consents, when and as whom it signed."""

    side: str
    role: str
    organisation: str
    consents: bool
    signed_by: str
    signed_at: datetime | None
    sha256: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the history."""

    version: int
    side: str
    why: str
    at: datetime
    consents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContractPage:
    """A contract for one reader. ``against`` is the version compared with, 0 for none."""

    id: int
    number: str
    order_id: int
    kind: str
    title: str
    state: str
    version: int
    newest: int
    sealed_at: datetime | None
    facts: dict[str, Any]
    sha256: str
    clauses: tuple[ClauseView, ...]
    against: int
    sides: tuple[SideView, ...]
    versions: tuple[VersionLine, ...]
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]
    reasons: dict[str, Any]
    paper: PaperState | None
    side: str
    may_write: bool
    may_bind: bool
    may_record: bool
    must_accept_licences: bool
    required: tuple[str, ...]

    @property
    def blanks(self) -> dict[str, str]:
        """The blanks by name, ★ first, as this version says them."""
        kept = self.facts["blanks"]
        return {name: kept.get(name, "") for name in form_of(self.kind).blanks}

    @property
    def is_newest(self) -> bool:
        return self.version == self.newest

    @property
    def changes(self) -> int:
        return sum(clause.changed for clause in self.clauses)

    @property
    def stops(self) -> tuple[Finding, ...]:
        """What still stands against signing."""
        return gates.unanswered(self.findings, self.reasons)

    @property
    def mine(self) -> SideView | None:
        return next((one for one in self.sides if one.side == self.side), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which version of which contract, compared with which one, for whom and when."""

    contract_id: int
    actor: Actor | None
    now: datetime
    version: int | None = None
    against: int | None = None


def page(db: Session, asked: Asked) -> ContractPage:
    """The contract as this reader sees it; raises NotFound."""
    contract = visible(db, asked.actor, contract_id=asked.contract_id)
    row = roots.version_of(db, contract, asked.version)
    against = row.version - 1 if asked.against is None else asked.against
    old = db.get(ContractVersion, (contract.id, against)) if against else None
    basis = gather(db, contract.order_id)
    actor = asked.actor
    side = policy.side_of(actor, contract) or ""
    price = row.facts["price_minor"]
    return ContractPage(
        id=contract.id,
        number=contract.number,
        order_id=contract.order_id,
        kind=contract.kind,
        title=contract.title,
        state=contract.state,
        version=row.version,
        newest=contract.version,
        sealed_at=contract.sealed_at,
        facts=row.facts,
        sha256=row.sha256,
        clauses=_clauses(row, old),
        against=old.version if old else 0,
        sides=_sides(db, contract, row),
        versions=_versions(db, contract),
        missing=missing(row.facts, row.facts["blanks"]),
        findings=_findings(db, contract, asked.now),
        reasons=contract.reasons,
        paper=papers.of_number(db, contract.paper_id) if contract.paper_id else None,
        side=side,
        may_write=actor is not None and policy.may_write(actor, contract),
        may_bind=actor is not None and policy.may_bind(actor, contract, price_minor=price),
        may_record=actor is not None and policy.may_record(actor, contract),
        must_accept_licences=side == "buyer"
        and contract.kind == "transfer"
        and sheets.has_licences(basis),
        required=form_of(contract.kind).required,
    )


def visible(db: Session, actor: Actor | None, *, contract_id: int) -> Contract:
    """The row, for those who may know of it; raises NotFound."""
    contract = db.get(Contract, contract_id)
    if contract is None or not policy.may_view(actor, contract):
        raise NotFound
    return contract


def of_order(db: Session, order_id: int) -> tuple[int, str, str] | None:
    """(id, number, state) of an order's contract; None when nobody has begun it."""
    query = select(Contract.id, Contract.number, Contract.state).where(
        Contract.order_id == order_id
    )
    row = db.execute(query).first()
    return None if row is None else (row.id, row.number, row.state)


def kinds_of_order(db: Session, order_id: int) -> tuple[str, ...]:
    """The kinds its contract may be of, the usual one first."""
    return kinds_for(gather(db, order_id).mode)


def _clauses(row: ContractVersion, old: ContractVersion | None) -> tuple[ClauseView, ...]:
    """The clauses in order; those taken out stand, struck through, where they stood."""
    new = roots.clauses_of(row)
    before = {one.key: one for one in roots.clauses_of(old)} if old else {}
    found = [
        ClauseView(
            one.key,
            f"{numeral(index)}、{one.heading}",
            one.text,
            differences(before[one.key].text if one.key in before else "", one.text)
            if old
            else (Piece("same", one.text),),
        )
        for index, one in enumerate(new, start=1)
    ]
    kept = {one.key for one in new}
    for place, one in enumerate(before.values()):
        if one.key not in kept:
            gone = ClauseView(one.key, one.heading, "", differences(one.text, ""))
            found.insert(min(place, len(found)), gone)
    return tuple(found)


def _sides(db: Session, contract: Contract, row: ContractVersion) -> tuple[SideView, ...]:
    consents = roots.consents_to(db, contract)
    signed = {one.side: one for one in roots.signatures_of(db, contract)}
    return tuple(
        SideView(
            side=side,
            role=row.facts[f"{side}_role"],
            organisation=getattr(contract, f"{side}_name"),
            consents=side in consents,
            signed_by=signed[side].name if side in signed else "",
            signed_at=signed[side].at if side in signed else None,
            sha256=signed[side].sha256 if side in signed else "",
        )
        for side in SIDES
    )


def _versions(db: Session, contract: Contract) -> tuple[VersionLine, ...]:
    agreed: dict[int, list[str]] = {}
    for version, side in db.execute(
        select(ContractConsent.version, ContractConsent.side).where(
            ContractConsent.contract_id == contract.id
        )
    ):
        agreed.setdefault(version, []).append(side)
    rows = db.execute(
        select(ContractVersion.version, ContractVersion.side, ContractVersion.why,
               ContractVersion.at)
        .where(ContractVersion.contract_id == contract.id)
        .order_by(ContractVersion.version.desc())
    )  # fmt: skip
    return tuple(
        VersionLine(*row, consents=tuple(sorted(agreed.get(row.version, ())))) for row in rows
    )


def _findings(db: Session, contract: Contract, now: datetime) -> tuple[Finding, ...]:
    """What stands against signing the newest version; nothing once it is decided."""
    if contract.state in FINAL:
        return ()
    basis, row = gather(db, contract.order_id), roots.version_of(db, contract)
    return gates.signing_findings(db, basis, roots.said_in(row), now=now)
