"""Reads of offers: SQL in, frozen values out; an offer is its two parties' business alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, func, literal, select
from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.trade.offers import policy
from marketplace.trade.offers.models import Offer, OfferFile, OfferRound
from marketplace.trade.offers.states import State
from marketplace.trade.orders.terms import DealTerms, from_json
from marketplace.web.pagination import Slice, cut, decode

PAGE = 20


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer in one row of a list. Amount in fen: the last proposal's."""

    id: int
    state: str
    round: int
    turn: str
    listing_id: int
    title: str
    title_en: str
    seller_organisation_id: int
    seller_name: str
    buyer_organisation_id: int
    buyer_name: str
    price_minor: int
    order_id: int | None
    expires_at: datetime
    changed_at: datetime
    ended_why: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """An attachment of a round."""

    id: int
    round: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One proposal as the page shows it. Amount in fen."""

    round: int
    by: str
    who: str
    price_minor: int
    terms: DealTerms
    message: str
    expires_at: datetime
    at: datetime
    files: Sequence[FileLine]


@dataclass(frozen=True, slots=True)
class OfferPage:
    """A whole negotiation for one of its parties."""

    line: OfferLine
    party: str
    may_answer: bool
    rounds: Sequence[RoundLine]

    @property
    def is_open(self) -> bool:
        return self.line.state == State.OPEN

    @property
    def my_turn(self) -> bool:
        return self.is_open and self.may_answer and self.line.turn == self.party

    @property
    def last(self) -> RoundLine:
        return self.rounds[-1]


_LINE = tuple(getattr(Offer, name) for name in OfferLine.__slots__)


def page(db: Session, actor: Actor, offer_id: int) -> OfferPage:
    """The negotiation; raises NotFound for anybody but the two parties."""
    row = db.execute(select(*_LINE).where(Offer.id == offer_id)).first()
    line = None if row is None else OfferLine(*row)
    party = None if line is None else policy.party_of(actor, line)
    if line is None or party is None:
        raise NotFound
    return OfferPage(line, party, policy.may_answer(actor, line), _rounds(db, offer_id))


def _rounds(db: Session, offer_id: int) -> list[RoundLine]:
    files: dict[int, list[FileLine]] = {}
    columns = (OfferFile.id, OfferFile.round, OfferFile.name, OfferFile.size)
    for row in db.execute(select(*columns).where(OfferFile.offer_id == offer_id)):
        files.setdefault(row.round, []).append(FileLine(*row))
    query = select(OfferRound).where(OfferRound.offer_id == offer_id).order_by(OfferRound.round)
    rounds = list(db.scalars(query))
    names = identity.person_names(db, {one.user_id for one in rounds})
    return [
        RoundLine(
            one.round, one.by, names.get(one.user_id, ""), one.price_minor, from_json(one.terms),
            one.message, one.expires_at, one.at, tuple(files.get(one.round, ())),
        )
        for one in rounds
    ]  # fmt: skip


def of_organisation(
    db: Session, organisation_id: int, side: policy.Party, *, cursor: str | None = None
) -> Slice[OfferLine]:
    """The offers an organisation made (``buyer``) or got (``seller``), newest first."""
    column = Offer.buyer_organisation_id if side == "buyer" else Offer.seller_organisation_id
    key = decode(cursor, length=1)
    query = select(*_LINE).where(column == organisation_id)
    if key is not None:
        query = query.where(Offer.id < key[0])
    rows = db.execute(query.order_by(Offer.id.desc()).limit(PAGE + 1))
    lines = [OfferLine(*row) for row in rows]
    return cut(lines, size=PAGE, keys=[[line.id] for line in lines])


def waiting(db: Session, organisation_id: int, *, limit: int = 12) -> list[OfferLine]:
    """The open offers that this organisation must answer, the soonest end first."""
    query = select(*_LINE).where(Offer.state == State.OPEN, _turn_of(organisation_id))
    rows = db.execute(query.order_by(Offer.expires_at).limit(limit))
    return [OfferLine(*row) for row in rows]


def _turn_of(organisation_id: int) -> ColumnElement[bool]:
    buys = (Offer.buyer_organisation_id == organisation_id) & (Offer.turn == "buyer")
    sells = (Offer.seller_organisation_id == organisation_id) & (Offer.turn == "seller")
    return buys | sells


def open_of_buyer(db: Session, listing_id: int, *, organisation_id: int) -> int | None:
    """The number of the buyer's open offer for a listing, or None."""
    return db.scalar(select(open_key(literal(listing_id), organisation_id)))


def open_key(listing_id: SQLColumnExpression[int], organisation_id: int) -> ScalarSelect[int]:
    """The same as a part of the listing page's own statement."""
    return (
        select(func.max(Offer.id))
        .where(
            Offer.listing_id == listing_id,
            Offer.buyer_organisation_id == organisation_id,
            Offer.state == State.OPEN,
        )
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where an attachment lies and how to call it."""

    name: str
    media_type: str
    key: str


def stored_file(db: Session, actor: Actor, offer_id: int, *, file_id: int) -> StoredFile:
    """An attachment for one of the parties; else NotFound (T8)."""
    page(db, actor, offer_id)
    row = db.execute(
        select(OfferFile.name, OfferFile.media_type, OfferFile.key).where(
            OfferFile.id == file_id, OfferFile.offer_id == offer_id
        )
    ).first()
    if row is None:
        raise NotFound
    return StoredFile(*row)


def counts_by_listing(db: Session, since: datetime) -> Mapping[int, int]:
    """How many buyers offered for each listing since an instant; who and how much is theirs."""
    query = (
        select(Offer.listing_id, func.count(Offer.buyer_organisation_id.distinct()))
        .where(Offer.created_at >= since)
        .group_by(Offer.listing_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}
