"""Everything that is known when a contract is written: the order, its listing, the two parties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.errors import NotFound
from marketplace.showcase.listings import queries as listings
from marketplace.showcase.listings.content import PatentFacts
from marketplace.showcase.listings.queries import LotTerms
from marketplace.trade.orders.contract_basis import ContractBasis, StageBasis, contract_basis
from rules import ownership
from rules.enumerations import (
    APPLICATIONS,
    LicenceKind,
    Overlay,
    PatentState,
    SubjectMatter,
    TransferMode,
)
from rules.fee_schedule import expiry
from rules.patent_numbers import PatentKind

__all__ = ["Basis", "ContractBasis", "Party", "StageBasis", "gather"]

ANSWERS = {"waived": ownership.Answer.WAIVED, "wants": ownership.Answer.TAKES}


@dataclass(frozen=True, slots=True)
class Party:
    """One side as a contract names it. ``kind`` is identity's; ``region`` the six digits."""

    name: str
    credit_code: str
    kind: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """The whole ground of a contract. ``lot`` is None when the listing is not public any more."""

    order: ContractBasis
    seller: Party
    buyer: Party
    lot: LotTerms | None

    @property
    def patent(self) -> PatentFacts | None:
        """The right that is dealt in; None for know-how and services."""
        return self.lot.patent if self.lot else None

    @property
    def mode(self) -> TransferMode:
        return TransferMode(self.order.terms.mode)

    @property
    def last_day(self) -> date | None:
        """The last day of the right's life (its anniversary is the first without it)."""
        patent = self.patent
        if patent is None or patent.filed_on is None:
            return None
        return expiry(cast("PatentKind", patent.patent_kind), patent.filed_on) - timedelta(days=1)

    @property
    def subject(self) -> SubjectMatter:
        """What moves: a patent, an application, or a technical secret."""
        if self.patent is None:
            return SubjectMatter.SECRET
        pending = PatentState(self.patent.legal_status) in APPLICATIONS
        return SubjectMatter.APPLICATION if pending else SubjectMatter.PATENT


def gather(db: Session, order_id: int) -> Basis:
    """The basis as it is now; raises NotFound for an unknown order."""
    order = contract_basis(db, order_id)
    try:
        lot: LotTerms | None = listings.lot_terms(db, order.listing_id)
    except NotFound:
        lot = None
    return Basis(
        order=order,
        seller=_party(db, order.seller_organisation_id, order.seller_name),
        buyer=_party(db, order.buyer_organisation_id, order.buyer_name),
        lot=lot,
    )


def _party(db: Session, organisation_id: int, name: str) -> Party:
    page = identity.party_page(db, organisation_id)
    return Party(name, page.credit_code or "", page.kind, page.region)


def deal_of(basis: Basis) -> ownership.Deal:
    """The deal as the rules of ownership judge it; running licences are the buyer's own tick."""
    terms = basis.order.terms
    return ownership.Deal(
        mode=basis.mode,
        subject=basis.subject,
        licence_kind=LicenceKind(terms.licence_kind) if terms.licence_kind else None,
        licence_ends=date.fromisoformat(terms.licence_until) if terms.licence_until else None,
        buyer_accepts_licences=True,
    )


def right_of(lot: LotTerms, *, last_day: date | None) -> ownership.Right:
    """The right with the consents that are on record (L53, L62, L63)."""
    agreed = {(one.party, one.name) for one in lot.answers if one.answer == "consented"}
    pledges = [one for one in lot.encumbrances if one.kind == Overlay.PLEDGE]
    patent = lot.patent
    return ownership.Right(
        owners=tuple(
            ownership.Owner(
                owner.name,
                consented=owner.name == lot.organisation_name or ("owner", owner.name) in agreed,
            )
            for owner in lot.owners
        ),
        overlays=frozenset(Overlay(one.kind) for one in lot.encumbrances),
        state=PatentState(lot.legal_status) if lot.legal_status else None,
        first_refusals=_first_refusals(lot),
        pledgee_consented=bool(pledges)
        and all(("pledgee", one.holder) in agreed for one in pledges),
        last_day=last_day,
        needs_report=patent is not None and patent.patent_kind in ("U", "D"),
        has_report=patent is not None and patent.has_evaluation_report,
    )


def _first_refusals(lot: LotTerms) -> tuple[ownership.FirstRefusal, ...]:
    answers = {one.name: one for one in lot.answers if one.party == "first_refusal"}
    return tuple(
        ownership.FirstRefusal(
            holder=holder.name,
            kind=ownership.Asked(holder.ground),
            asked_on=answers[holder.name].answered_on if holder.name in answers else None,
            answer=ANSWERS.get(
                answers[holder.name].answer if holder.name in answers else "",
                ownership.Answer.NONE,
            ),
        )
        for holder in lot.first_refusal_holders
    )
