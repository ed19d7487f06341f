"""Whether what is kept of contracts still says what was agreed and signed (I1, I9, I12)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.context import Context
from marketplace.papers import queries as papers
from marketplace.trade.contracts import roots, sheets
from marketplace.trade.contracts.models import Contract, ContractVersion
from marketplace.trade.contracts.states import SIDES, State


def broken(ctx: Context) -> Iterator[tuple[str, str]]:
    """(contract, what is wrong): other words than hashed, a seal without both signatures, a
    signature under another file, a file whose bytes changed.
    """
    with ctx.reading() as db:
        for contract in db.scalars(select(Contract).order_by(Contract.id)):
            yield from _words(db, contract)
            if contract.state == State.SEALED:
                yield from _seal(ctx, db, contract)


def _words(db: Session, contract: Contract) -> Iterator[tuple[str, str]]:
    query = select(ContractVersion).where(ContractVersion.contract_id == contract.id)
    for row in db.scalars(query.order_by(ContractVersion.version)):
        if roots.words_hash(contract, row) != row.sha256:
            yield contract.number, f"version {row.version} says other words than were hashed"


def _seal(ctx: Context, db: Session, contract: Contract) -> Iterator[tuple[str, str]]:
    signatures = roots.signatures_of(db, contract)
    paper = papers.of_number(db, contract.paper_id or 0)
    if {one.side for one in signatures} != set(SIDES):
        yield contract.number, "is sealed without both signatures"
    if any(one.sha256 != paper.sha256 for one in signatures):
        yield contract.number, "carries a signature under another file"
    content = sheets.stored(ctx, paper.file_key or "")
    if hashlib.sha256(content).hexdigest() != paper.sha256:
        yield contract.number, "has a file whose bytes are not those that were signed"
