"""The opening minutes (开标记录) as a paper: every seal, every opening, and what counts."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.context import Tx
from marketplace.papers import steps as papers
from marketplace.trade.auctions import minutes, notices
from marketplace.trade.auctions.minutes import SealLine
from marketplace.trade.auctions.models import Auction

VERDICTS = {
    "counts": "有效",
    "too_low": "低于最低报价，无效",
    "unrevealed": "逾期未揭示，作废",
    "replaced": "被后一次报价覆盖",
    "voided": "取消资格，作废",
}


def issue(tx: Tx, auction: Auction) -> None:
    """Step: order the paper, which everybody may read; a second time gives the same one."""
    order = papers.Order(
        kind="auction_minutes",
        title=f"开标记录：{auction.title}",
        facts=facts(tx, auction),
        thing="auction",
        thing_id=auction.id,
        version=auction.version,
        parties=(auction.seller_organisation_id,),
        is_public=True,
    )
    papers.issue(tx, order)


def facts(tx: Tx, auction: Auction) -> dict[str, Any]:
    """What the minutes say, in the order of the seals' coming."""
    written = minutes.minutes(tx.db, auction.lot_id or 0)
    if written is None:
        return {}
    return {
        "subject": auction.title,
        "subject_number": auction.subject_number,
        "lot_number": auction.number,
        "organiser": notices.organiser(tx, auction),
        "place": f"{tx.settings.base_url}/trade/auctions/{auction.id}/minutes",
        "written_at": notices.local(written.written_at),
        "entry": written.seq,
        "log_lot": auction.lot_id,
        "second_phase": auction.format == "dutch",
        "second_price": auction.format_terms.get("pricing") == "second",
        "counting": written.counting,
        "lines": [_line(one) for one in written.lines],
    }


def _line(one: SealLine) -> dict[str, Any]:
    return {
        "bidder": one.bidder,
        "sealed_at": notices.local(one.at),
        "opened_at": notices.local(one.opened_at) if one.opened_at else None,
        "seal": one.seal,
        "nonce": one.nonce,
        "amount_minor": one.amount_minor,
        "verdict": VERDICTS[one.verdict],
        "rank": one.rank,
    }
