"""What the public check page says of a contract's file: roles, times, fingerprints, no names."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.papers import attestations
from marketplace.papers.attestations import Attestation
from marketplace.papers.queries import PaperLine
from marketplace.trade.contracts.models import ContractSignature, ContractVersion
from marketplace.trade.contracts.states import SIDES


def signatures(db: Session, paper: PaperLine) -> list[Attestation]:
    """Both sides in order, signed or awaited."""
    row = db.get(ContractVersion, (paper.thing_id, paper.version))
    if row is None:
        return []
    query = select(ContractSignature).where(
        ContractSignature.contract_id == row.contract_id,
        ContractSignature.version == row.version,
    )
    signed = {one.side: one for one in db.scalars(query)}
    return [
        Attestation(
            role=row.facts[f"{side}_role"],
            at=signed[side].at if side in signed else None,
            sha256=signed[side].sha256 if side in signed else "",
        )
        for side in SIDES
    ]


attestations.register("contract", signatures)
