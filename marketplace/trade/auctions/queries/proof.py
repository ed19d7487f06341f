"""What proves a lot: the bidder's receipt, the verdict on the log, the exported log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction import export as engine_export
from auction.errors import ChainBroken, RowDiffers
from marketplace.kernel.clock import from_ms
from marketplace.trade.auctions.lots import auction_log, store, wire
from marketplace.trade.auctions.queries.feed import lot_of


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One of the bidder's own entries: his amount, the answer, and its place in the chain.

    ``act``: bid, commit, reveal, take (its amount is the price seen) or top.
    """

    seq: int
    at: datetime
    act: str
    answer: str
    amount_minor: int | None
    key: str | None
    hash: str


def receipt(db: Session, lot_id: int, *, paddle: str) -> tuple[ReceiptLine, ...]:
    """Everything this bidder sent and what was answered, oldest first; for himself alone."""
    log = auction_log.c
    query = (
        select(log.seq, log.at_ms, log.secret, log.idem_key, log.hash)
        .where(log.lot_id == lot_id, log.bidder == paddle)
        .order_by(log.seq)
    )
    return tuple(_receipt_line(row) for row in db.execute(query))


def _receipt_line(row: Any) -> ReceiptLine:
    secret = json.loads(row.secret)
    amount = secret.get("amount", secret.get("limit"))
    return ReceiptLine(
        seq=row.seq,
        at=from_ms(row.at_ms),
        act=secret["act"],
        answer=secret["answer"],
        amount_minor=amount if isinstance(amount, int) else None,
        key=row.idem_key,
        hash=row.hash,
    )


def verdict(db: Session, auction_id: int) -> str:
    """What is wrong with the stored log, or nothing: chain, commitments, row against fold."""
    try:
        store(db).check_row_equals_fold(wire(db), lot_of(db, auction_id).lot_id)
    except (ChainBroken, RowDiffers) as error:
        return str(error)
    return ""


def export(db: Session, auction_id: int) -> str:
    """The log as everybody may download and verify it; secrets only once it is closed."""
    lot_id = lot_of(db, auction_id).lot_id
    return engine_export.export(lot_id, store(db).log(wire(db), lot_id))
