"""What people hear of a sealed or a Dutch lot on its way: taken, time to open, minutes written."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.clock import SHANGHAI, from_ms
from marketplace.kernel.context import Context, Tx
from marketplace.trade.auctions import minutes, minutes_paper
from marketplace.trade.auctions.models import Auction, Outcome, Signup
from marketplace.trade.auctions.telling import bidders, by_paddle, tell_about, watchers, yuan


def tell_taken(tx: Tx, payload: dict[str, Any]) -> None:
    """The others hear that they may still go above the taker, where the lot has such a phase."""
    auction = tx.db.get_one(Auction, payload["auction_id"])
    if payload["stage"] != "sealing":
        return  # the closing follows within seconds and tells everybody
    taker = by_paddle(tx.db, auction.id, paddle=payload["paddle"]).user_id
    others = {*bidders(tx.db, auction.id)} - {taker}
    facts = {"price": yuan(payload["price_minor"]), "until": _at(payload["ends_ms"])}
    tell_about(tx, auction, kind="auction.taken_from", to=others, **facts)
    tell_about(tx, auction, kind="auction.taken", to=[taker], **facts)


def tell_opening(tx: Tx, payload: dict[str, Any]) -> None:
    """Whoever has a sealed bid must open it now."""
    auction = tx.db.get_one(Auction, payload["auction_id"])
    to = _handed_in(tx.db, auction)
    tell_about(tx, auction, kind="auction.to_open", to=to, until=_at(payload["ends_ms"]))


def tell_minutes(tx: Tx, payload: dict[str, Any]) -> None:
    """The minutes are public; the taker of a Dutch lot may answer them once."""
    auction = tx.db.get_one(Auction, payload["auction_id"])
    seller = {*identity.members_of(tx.db, auction.seller_organisation_id)}
    to = {*bidders(tx.db, auction.id), *watchers(tx.db, auction.id)} | seller
    url = f"/trade/auctions/{auction.id}/minutes"
    tell_about(tx, auction, kind="auction.minutes", to=to, url=url)
    until = payload["topping_ends_ms"]
    if until is not None:
        taker = minutes.taker(tx.db, auction.lot_id or 0)
        answers = by_paddle(tx.db, auction.id, paddle=taker or "").user_id
        tell_about(tx, auction, kind="auction.to_top", to=[answers], until=_at(until))


def issue_minutes(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """Order the minutes as a paper; a second time gives the same paper."""
    with ctx.transaction() as tx:
        minutes_paper.issue(tx, tx.db.get_one(Auction, payload["auction_id"]))


def tell_kept(tx: Tx, payload: dict[str, Any]) -> None:
    """Who did not open his bid hears that the deposit is lost, as the notice had said."""
    if payload["state"] != "forfeited":
        return
    auction = tx.db.get_one(Auction, payload["auction_id"])
    result = tx.db.get(Outcome, auction.id)
    if result is None or result.winner_organisation_id == payload["organisation_id"]:
        return  # a winner in default hears of it with his order
    to = identity.members_of(tx.db, payload["organisation_id"])
    tell_about(tx, auction, kind="auction.deposit_kept", to=to)


def _handed_in(db: Session, auction: Auction) -> list[int]:
    lines = minutes.seals(db, auction.lot_id or 0)
    paddles = {line.bidder for line in lines if line.verdict == "stands"}
    query = select(Signup.user_id).where(
        Signup.auction_id == auction.id, Signup.paddle.in_(paddles)
    )
    return list(db.scalars(query))


def _at(instant_ms: int) -> str:
    """An instant as notices carry it: Beijing time, language-free."""
    return f"{from_ms(instant_ms).astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
