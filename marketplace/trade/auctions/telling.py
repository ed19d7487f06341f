"""How the auction room tells people: whom a lot concerns, and each thing once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.heard import is_news
from marketplace.notify.commands import tell
from marketplace.trade.auctions.models import Auction, Signup, Watch

Telling = Callable[[Tx, dict[str, Any]], None]


def once(telling: Telling) -> Callable[[Context, int, dict[str, Any]], None]:
    """Make a telling that happens once per outbox row, however often it is delivered."""

    def heard(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
        with ctx.transaction() as tx:
            if not is_news(tx, row_id):
                return
            telling(tx, payload)

    return heard


def tell_about(
    tx: Tx, auction: Auction, *, kind: str, to: Iterable[int], url: str = "", **facts: str
) -> None:
    """Step: a notice of this room, about a lot; ``url`` is the lot's page unless it is another."""
    told = {"title": auction.title, "number": auction.number, **facts}
    tell(tx, user_ids=to, kind=kind, facts=told, url=url or f"/trade/auctions/{auction.id}")


def by_paddle(db: Session, auction_id: int, *, paddle: str) -> Signup:
    """The sign-up behind a paddle of the lot."""
    query = select(Signup).where(Signup.auction_id == auction_id, Signup.paddle == paddle)
    return db.scalars(query).one()


def signup_of(db: Session, signup_id: int) -> Signup:
    """A sign-up by its number."""
    return db.get_one(Signup, signup_id)


def bidders(db: Session, auction_id: int) -> list[int]:
    """The people who signed up for the lot and are not out."""
    wanted = Signup.state.in_(("applied", "admitted"))
    query = select(Signup.user_id).where(Signup.auction_id == auction_id, wanted)
    return list(db.scalars(query))


def watchers(db: Session, auction_id: int) -> list[int]:
    """The people who follow the lot."""
    return list(db.scalars(select(Watch.user_id).where(Watch.auction_id == auction_id)))


def yuan(minor: int) -> str:
    """An amount as notices carry it: language-free."""
    return f"¥{minor // 100:,}.{minor % 100:02d}"
