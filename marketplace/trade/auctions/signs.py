"""Signs that bidders of one lot may act together (L11): found by the market, judged by a person.

A sign never voids anything by itself: one office may share an address, one bank account may
serve a group of companies that said so. The auctioneer looks, decides and the decision is
published with its reason.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.settings import Secrets
from marketplace.trade.auctions.lots import auction_log
from marketplace.trade.auctions.models import Notice, Sender, Signup
from marketplace.treasury.deposits import queries as deposits

NOTICE = "collusion_review"
OUTCOMES = ("cleared", "acted")
log = auction_log.c


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a sign: nothing wrong, or the market acts."""

    outcome: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Sign:
    """Paddles that share something. ``kind``: address, person or account."""

    kind: str
    paddles: tuple[str, ...]
    decision: Decision | None = None

    @property
    def key(self) -> str:
        """What names the sign in a form: a further paddle makes it another sign."""
        return f"{self.kind}:{'+'.join(self.paddles)}"


def signs(db: Session, secrets: Secrets, *, auction_id: int, lot_id: int) -> list[Sign]:
    """Every sign on a lot, with what was decided about it."""
    decided = _decisions(db, auction_id)
    found = sorted(
        {*_senders(db, lot_id), *_accounts(db, secrets, auction_id)},
        key=lambda one: (one.kind, one.paddles),
    )
    return [Sign(one.kind, one.paddles, decided.get(one.key)) for one in found]


def _senders(db: Session, lot_id: int) -> list[Sign]:
    """Paddles whose bids came from one address or one person; the hall's clerk bids for many."""
    query = (
        select(Sender.address, Sender.user_id, log.bidder)
        .join(auction_log, (log.lot_id == Sender.lot_id) & (log.seq == Sender.seq))
        .where(
            Sender.lot_id == lot_id,
            log.bidder.is_not(None),
            ~log.public.like('%"channel":"floor"%'),
        )
        .distinct()
    )
    shared: dict[tuple[str, str], set[str]] = defaultdict(set)
    for address, user_id, paddle in db.execute(query):
        shared["person", str(user_id)].add(paddle)
        if address:
            shared["address", address].add(paddle)
    return [
        Sign(kind, _ordered(paddles))
        for (kind, _what), paddles in shared.items()
        if len(paddles) > 1
    ]


def _accounts(db: Session, secrets: Secrets, auction_id: int) -> list[Sign]:
    groups = deposits.paid_together(db, secrets, auction_id)
    if not groups:
        return []
    query = select(Signup.organisation_id, Signup.paddle).where(Signup.auction_id == auction_id)
    paddles = {row.organisation_id: row.paddle for row in db.execute(query)}
    return [
        Sign("account", _ordered({paddles[one] for one in group if one in paddles}))
        for group in groups
    ]


def _decisions(db: Session, auction_id: int) -> dict[str, Decision]:
    query = (
        select(Notice.facts, Notice.text, Notice.published_at)
        .where(Notice.auction_id == auction_id, Notice.kind == NOTICE)
        .order_by(Notice.id)
    )
    return {
        row.facts["sign"]: Decision(row.facts["outcome"], row.text, row.published_at)
        for row in db.execute(query)
    }


def _ordered(paddles: set[str]) -> tuple[str, ...]:
    return tuple(sorted(paddles, key=lambda paddle: (len(paddle), paddle)))
