"""The papers of a lot that is over: deal confirmation (成交确认书) and record (笔录)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.clock import SHANGHAI, from_ms
from marketplace.kernel.context import Tx
from marketplace.papers import steps as papers
from marketplace.trade.auctions import notices
from marketplace.trade.auctions.findings import thresholds
from marketplace.trade.auctions.lots import auction_log, auction_lot
from marketplace.trade.auctions.models import Auction, Notice, Outcome, Signup
from rules import auction_sums, auction_terms
from rules.auction_terms import AuctionMode

RESULTS = {"sold": "成交", "no_bids": "无人出价，未成交", "reserve_not_met": "未达保留价，未成交"}


def issue(tx: Tx, auction: Auction) -> None:
    """Step: order the papers; a second time gives the same papers."""
    result = tx.db.get_one(Outcome, auction.id)
    record_words = "拍卖笔录" if auction.mode == "licensed_auction" else "竞价记录"
    about = About(auction, (auction.seller_organisation_id,))
    if result.winner_organisation_id is not None:
        about = About(auction, (*about.parties, result.winner_organisation_id))
        facts = confirmation(tx, auction, result=result)
        papers.issue(tx, about.order("deal_confirmation", "成交确认书", facts=facts))
    facts = record(tx, auction, result=result)
    papers.issue(tx, about.order("auction_record", record_words, facts=facts))


@dataclass(frozen=True, slots=True)
class About:
    """The lot the papers are about, and who may read them."""

    auction: Auction
    parties: tuple[int, ...]

    def order(self, kind: str, words: str, *, facts: dict[str, Any]) -> papers.Order:
        """The order of one paper."""
        return papers.Order(
            kind=kind,
            title=f"{words}：{self.auction.title}",
            facts=facts,
            thing="auction",
            thing_id=self.auction.id,
            parties=self.parties,
        )


def confirmation(tx: Tx, auction: Auction, *, result: Outcome) -> dict[str, Any]:
    """What a deal confirmation says (拍卖法 52; rule book, section 4: 成交确认书)."""
    limits = thresholds(tx.db, AuctionMode(auction.mode))
    winner = tx.db.get_one(Signup, result.winner_signup_id)
    price = result.price_minor or 0
    tier = auction_sums.Tier(from_minor=0, basis_points=auction.commission_hundredths)
    commission = auction_sums.commission_minor(price, [tier])
    sign_by = auction_terms.confirmation_deadline(result.closed_at, limits)
    return notices.with_capitals(
        {
            "licensed": auction.mode == "licensed_auction",
            "subject": auction.title,
            "subject_number": auction.subject_number,
            "lot_number": auction.number,
            "listing": f"{auction.listing_id}（第 {auction.listing_version} 版）",
            "buyer": _party(tx.db, winner.organisation_id),
            "seller": _party(tx.db, auction.seller_organisation_id),
            "organiser": notices.organiser(tx, auction),
            "company": notices.company(auction) if auction.company_code else None,
            "paddle": winner.paddle,
            "price_minor": price,
            "commission_minor": commission,
            "commission_hundredths": auction.commission_hundredths,
            "deposit_minor": auction.deposit_minor,
            "total_minor": price + commission,
            "due_minor": max(0, price + commission - auction.deposit_minor),
            "closed_at": f"{result.closed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S.%f}"[:-3],
            "sign_by": notices.local(sign_by),
            "sign_working_days": limits.confirmation_working_days,
            "account": auction.deposit_account,
            "hides_buyer": winner.hides_name,
            "hides_seller": auction.hides_seller,
            "defects": auction.defects,
            "log_entries": result.last_seq,
            "log_hash": result.head,
        }
    )


def record(tx: Tx, auction: Auction, *, result: Outcome) -> dict[str, Any]:
    """What the record of the sale says, sold or not (拍卖法 53; L17)."""
    log, lot = auction_log.c, auction_lot.c
    by_kind = select(log.kind, func.count()).where(log.lot_id == auction.lot_id)
    counted = tx.db.execute(by_kind.group_by(log.kind))
    kinds: dict[str, int] = {row[0]: row[1] for row in counted}
    ends = select(log.hash).where(log.lot_id == auction.lot_id).order_by(log.seq)
    people = select(func.count()).select_from(Signup).where(Signup.auction_id == auction.id)
    moved = tx.db.scalar(select(lot.ends_ms).where(lot.id == auction.lot_id)) or 0
    return notices.with_capitals(
        {
            "licensed": auction.mode == "licensed_auction",
            "subject": auction.title,
            "subject_number": auction.subject_number,
            "lot_number": auction.number,
            "organiser": notices.organiser(tx, auction),
            "company": notices.company(auction) if auction.company_code else None,
            "place": f"{tx.settings.base_url}/trade/auctions/{auction.id}",
            "opened_at": notices.local(auction.opens_at),
            "planned_end": notices.local(auction.ends_at),
            "ended_at": notices.local(from_ms(moved)),
            "closed_at": notices.local(result.closed_at),
            "signed_up": tx.db.scalar(people.where(Signup.state != "applied")) or 0,
            "has_reserve": auction.has_reserve,
            "rules_version": auction.version,
            "bids_accepted": kinds.get("accepted", 0),
            "bids_refused": kinds.get("refused", 0),
            "extensions": kinds.get("extended", 0) + kinds.get("outage_extended", 0),
            "voided": kinds.get("voided", 0),
            "pauses": _pauses(tx.db, auction.id),
            "outcome": RESULTS[result.outcome],
            "price_minor": result.price_minor if result.outcome == "sold" else None,
            "paddle": _paddle(tx.db, result),
            "first_hash": tx.db.scalar(ends.limit(1)),
            "last_hash": result.head,
            "entries": result.last_seq,
        }
    )


def _party(db: Session, organisation_id: int) -> dict[str, str]:
    page = identity.party_page(db, organisation_id)
    return {"name": page.name, "credit_code": page.credit_code or ""}


def _paddle(db: Session, result: Outcome) -> str | None:
    winner = db.get(Signup, result.winner_signup_id) if result.winner_signup_id else None
    return winner.paddle if winner else None


def _pauses(db: Session, auction_id: int) -> list[dict[str, str]]:
    wanted = Notice.kind.in_(("pause", "resumption", "extension", "voiding"))
    query = select(Notice.kind, Notice.text, Notice.published_at).where(
        Notice.auction_id == auction_id, wanted
    )
    words = {"pause": "暂停", "resumption": "恢复", "extension": "延时", "voiding": "取消竞买资格"}
    return [
        {"what": words[kind], "why": text, "at": notices.local(at)}
        for kind, text, at in db.execute(query.order_by(Notice.id))
    ]
