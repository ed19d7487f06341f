"""The confidential documents of a lot: who may read them, from when, and what he promises first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.showcase.listings.confidential import (
    ConfidentialDocument,
    confidential_documents,
)
from marketplace.trade.auctions.models import Auction, Promise, Signup

PROMISE = {
    "zh": (
        "本人及所代表的单位承诺：从本标的保密资料中知悉的技术信息和经营信息，仅用于评估是否参与本次竞价；",
        "未经权利人书面同意，不复制、不披露、不提供给他人，也不用于其他目的；",
        "未能成交的，自竞价结束之日起删除或者销毁所取得的资料及其摘录，保密义务继续有效，直至该信息依法公开；",
        "知悉资料逐页标注查阅人、号牌和时间，每次查阅均留有记录；违反承诺的，依法承担赔偿责任。",
    ),
    "en": (
        "I promise for myself and the organisation I act for: technical and business information"
        " learned from the confidential documents of this lot is used only to decide whether to"
        " take part in its bidding;",
        "without the owner's written consent it is not copied, disclosed or given to others, and"
        " not used for anything else;",
        "whoever does not win deletes or destroys the documents and every excerpt when bidding"
        " ends; the duty of secrecy goes on until the information becomes public by law;",
        "I know that every page carries the reader, the paddle and the time, that each reading is"
        " recorded, and that a breach of this promise makes liable for damages.",
    ),
}
PROMISE_SHA256 = hashlib.sha256("\n".join(PROMISE["zh"]).encode()).hexdigest()
"""The Chinese text binds; its hash is kept with each promise."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A person of a signed-up bidder."""

    signup_id: int
    paddle: str
    promised_at: datetime | None


@dataclass(frozen=True, slots=True)
class DataRoom:
    """The confidential documents of a lot and how the reader stands to them.

    ``stands``: none (there are no such documents), early (not open yet), over (the lot is over
    and the reader did not win), outside (not signed up), promise (signed up, promise missing),
    open (may read).
    """

    opens_at: datetime
    documents: tuple[ConfidentialDocument, ...]
    stands: str
    reader: Reader | None


def data_room(
    db: Session, actor: Actor | None, *, auction_id: int, now: datetime, winner: str | None
) -> DataRoom:
    """The data room of a published lot; three statements.

    It opens with the display (L14) and closes when the lot is over: from then on only the
    ``winner`` (his paddle; empty when nobody won, None while it runs) reads on.
    Raises NotFound for a draft.
    """
    columns = (Auction.listing_id, Auction.listing_version, Auction.display_from, Auction.state)
    lot = db.execute(select(*columns).where(Auction.id == auction_id)).first()
    if lot is None or lot.state == "draft":
        raise NotFound
    documents = confidential_documents(db, lot.listing_id, version=lot.listing_version)
    reader = _reader(db, actor, auction_id) if documents and actor is not None else None
    ended = lot.state == "withdrawn" or winner is not None
    stands = (
        "none" if not documents
        else "early" if now < lot.display_from
        else "over" if ended and (reader is None or reader.paddle != winner)
        else "outside" if reader is None
        else "promise" if reader.promised_at is None
        else "open"
    )  # fmt: skip
    return DataRoom(lot.display_from, documents, stands, reader)


def _reader(db: Session, actor: Actor, auction_id: int) -> Reader | None:
    own = and_(Promise.signup_id == Signup.id, Promise.user_id == actor.user_id)
    query = (
        select(Signup.id, Signup.paddle, Promise.promised_at)
        .outerjoin(Promise, own)
        .where(
            Signup.auction_id == auction_id,
            Signup.organisation_id == actor.organisation_id,
            Signup.state.in_(("applied", "admitted")),
        )
    )
    row = db.execute(query).first()
    return None if row is None else Reader(*row)
