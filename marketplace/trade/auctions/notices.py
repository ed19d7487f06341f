"""The public notice of a lot: its facts, fixed at publication, and its paper (L13)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Tx
from marketplace.papers import steps as papers
from marketplace.trade.auctions import format_text
from marketplace.trade.auctions.models import Auction
from rules.amounts import capitals


def facts(auction: Auction) -> dict[str, Any]:
    """What the notice says, as JSON values; whether there is a reserve, never its amount (L8)."""
    return {
        "number": auction.number,
        "version": auction.version,
        "mode": auction.mode,
        "start_minor": auction.start_minor,
        "ladder": auction.ladder,
        "deposit_minor": auction.deposit_minor,
        "has_reserve": auction.has_reserve,
        "format": auction.format,
        "format_terms": auction.format_terms,
        "reserve_policy": auction.reserve_policy,
        "hard_end_at": auction.hard_end_at.isoformat() if auction.hard_end_at else None,
        "opens_at": auction.opens_at.isoformat(),
        "ends_at": auction.ends_at.isoformat(),
        "defects": auction.defects,
    }


def issue_paper(tx: Tx, auction: Auction) -> papers.Issued:
    """Step: order the notice's PDF; 拍卖公告 only for a licensed auction, else 挂牌公告 (L3)."""
    licensed = auction.mode == "licensed_auction"
    kind_words = "拍卖公告" if licensed else "挂牌竞价公告"
    return papers.issue(
        tx,
        papers.Order(
            kind="auction_notice",
            title=f"{kind_words}：{auction.title}",
            facts=paper_facts(tx, auction),
            thing="auction",
            thing_id=auction.id,
            version=auction.version,
            parties=(auction.seller_organisation_id,),
            is_public=True,
        ),
    )


def paper_facts(tx: Tx, auction: Auction) -> dict[str, Any]:
    """The notice's facts as printed (rule book, section 4: 公告)."""
    licensed = auction.mode == "licensed_auction"
    return with_capitals(
        {
            "licensed": licensed,
            "subject": auction.title,
            "subject_number": auction.subject_number,
            "lot_number": auction.number,
            "seller": None if auction.hides_seller else auction.seller_name,
            "place": f"{tx.settings.base_url}/trade/auctions/{auction.id}",
            "opens_at": local(auction.opens_at),
            "ends_at": local(auction.ends_at),
            "display_time": local(auction.display_from),
            "display_place": auction.display_place,
            "viewing_dates": auction.viewing_dates,
            "formalities": auction.formalities,
            "other": auction.remarks,
            "defects": auction.defects,
            "start_minor": auction.start_minor,
            "ladder": auction.ladder,
            "deposit_minor": auction.deposit_minor,
            "deposit_account": auction.deposit_account,
            "has_reserve": auction.has_reserve,
            "format": auction.format,
            "how": format_text.sentences(auction),
            "soft_close": _term(auction.soft_close_seconds),
            "hard_end": local(auction.hard_end_at) if auction.hard_end_at else None,
            "commission_hundredths": auction.commission_hundredths,
            "organiser": organiser(tx, auction),
            "company": company(auction) if licensed else None,
            "medium": medium(auction),
            "contact": f"{tx.settings.operator_name}，{tx.settings.contact_phone}",
            "published_at": local(tx.now),
        }
    )


def with_capitals(facts: dict[str, Any]) -> dict[str, Any]:
    """Add 人民币大写 beside every amount: ``price_minor`` gets ``price_capitals``."""
    written = {
        name.removesuffix("minor") + "capitals": capitals(value)
        for name, value in facts.items()
        if name.endswith("_minor") and value is not None
    }
    return facts | written


def organiser(tx: Tx, auction: Auction) -> str:
    """Who runs the sale: the licensed company of a 拍卖, else the market's operator."""
    if auction.mode == "licensed_auction" and auction.company_name:
        return auction.company_name
    return tx.settings.operator_name


def company(auction: Auction) -> dict[str, str]:
    """Company, licence and auctioneer as a notice must name them (L3)."""
    return {
        "name": auction.company_name or "",
        "code": auction.company_code or "",
        "licence_number": auction.licence_number or "",
        "auctioneer_name": auction.auctioneer_name or "",
        "auctioneer_certificate": auction.auctioneer_certificate or "",
    }


def medium(auction: Auction) -> str:
    """The news medium and date, or nothing."""
    day = auction.medium_published_on
    parts = (auction.medium_name, day.isoformat() if day else "", auction.medium_proof)
    return "，".join(part for part in parts if part)


def local(instant: datetime) -> str:
    """An instant as printed on papers: Beijing time to the second."""
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def _term(seconds: int) -> str:
    return f"{seconds // 60} 分钟" if seconds % 60 == 0 else f"{seconds} 秒"
