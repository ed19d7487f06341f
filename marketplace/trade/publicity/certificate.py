"""公示结果证明: what stood where, from when to when, and what became of the objections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Tx
from marketplace.papers import steps as papers
from marketplace.trade.publicity.models import Objection, Publicity
from rules.amounts import capitals
from rules.enumerations.deals import TRANSFER_MODES

UNRELATED = "受让方不是完成人，与完成人无利害关系"


def issue(tx: Tx, row: Publicity) -> papers.Issued:
    """Step: the certificate of a cleared publicity; the same one again for the same version."""
    found = tx.db.execute(
        select(Objection.received_at, Objection.state)
        .where(Objection.publicity_id == row.id)
        .order_by(Objection.id)
    ).all()
    return papers.issue(
        tx,
        papers.Order(
            kind="publicity_certificate",
            title=f"公示结果证明：{row.name}",
            facts=_facts(tx, row, found),
            thing="publicity",
            thing_id=row.id,
            is_public=True,
        ),
    )  # fmt: skip


def _facts(tx: Tx, row: Publicity, found: Sequence[Any]) -> dict[str, Any]:
    return {
        "name": row.name,
        "number": row.number,
        "summary": row.summary,
        "way": TRANSFER_MODES[row.way].zh,
        "price_minor": row.price_minor,
        "price_capitals": capitals(row.price_minor),
        "basis": row.basis,
        "seller": row.seller_name,
        "buyer": row.buyer_name,
        "completers": "、".join(row.completers),
        "related": row.related_note if row.related else UNRELATED,
        "market_from": f"{row.market_from.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
        "market_place": f"{tx.settings.base_url}/trade/publicity/{row.id}",
        "unit_from": row.unit_from.isoformat(),
        "unit_place": row.unit_place,
        "ends_on": row.ends_on.isoformat(),
        "procedure": row.procedure,
        "objections": [
            {
                "at": f"{one.received_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
                "result": "经处理不成立",
            }
            for one in found
        ],
        "version": row.version,
    }
