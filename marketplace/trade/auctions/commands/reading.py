"""Promise secrecy and read a confidential document: each reading is on record before it happens."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.papers.watermark import can_be_marked
from marketplace.showcase.listings.confidential import ConfidentialDocument
from marketplace.trade.auctions import policy
from marketplace.trade.auctions.data_room import PROMISE_SHA256, DataRoom, Reader, data_room
from marketplace.trade.auctions.models import Auction, Outcome, Promise, Reading, Signup


@dataclass(frozen=True, slots=True)
class PromiseSecrecy:
    """The reader's promise; ``text_sha256`` is the hash of the text he was shown."""

    auction_id: int
    accepts: bool
    text_sha256: str


def promise_secrecy(ctx: Context, command: PromiseSecrecy) -> None:
    """Keep a person's promise, once; doing it again changes nothing.

    Raises Invalid without the tick, Conflict for another text or a room that is not open to the
    reader, Forbidden for who may not bid for his organisation.
    """
    if not command.accepts:
        raise Invalid("auctions.promise_needed")
    if command.text_sha256 != PROMISE_SHA256:
        raise Conflict("auctions.promise_changed")
    with ctx.transaction() as tx:
        if not policy.may_bid_for_organisation(tx.actor):
            raise Forbidden
        room = _room(tx, command.auction_id)
        if room.stands == "open":
            return
        if room.stands != "promise" or room.reader is None:
            raise Conflict("auctions.data_room_closed")
        tx.db.add(
            Promise(
                signup_id=room.reader.signup_id,
                user_id=tx.actor.user_id,
                text_sha256=PROMISE_SHA256,
                promised_at=tx.now,
                address=tx.actor.address,
            )
        )
        tx.audit("auction.secrecy_promised", "auction", command.auction_id)


def read_document(
    ctx: Context, auction_id: int, *, file_id: int
) -> tuple[ConfidentialDocument, Reader]:
    """Put the reading on record and say where the document lies and who reads it.

    Raises NotFound for everybody to whom the room is not open: a document's number tells nothing
    (T8); Conflict for a kind of file that cannot carry its reader's name.
    """
    with ctx.transaction() as tx:
        room = _room(tx, auction_id)
        document = next((one for one in room.documents if one.id == file_id), None)
        if room.stands != "open" or room.reader is None or document is None:
            raise NotFound
        if not can_be_marked(document.media_type):
            raise Conflict("papers.cannot_be_marked")
        tx.db.add(
            Reading(
                auction_id=auction_id,
                signup_id=room.reader.signup_id,
                user_id=tx.actor.user_id,
                file_id=document.id,
                file_sha256=document.sha256,
                read_at=tx.now,
                address=tx.actor.address,
            )
        )
        tx.audit("auction.document_read", "auction", auction_id, file=document.id)
        return document, room.reader


def _room(tx: Tx, auction_id: int) -> DataRoom:
    """Step: the room, with the sign-up's row locked: who is refused now reads no more."""
    own = Signup.organisation_id == tx.actor.organisation_id
    tx.db.execute(select(Signup.id).where(Signup.auction_id == auction_id, own).with_for_update())
    query = (
        select(Auction.state, Signup.paddle)
        .outerjoin(Outcome, Outcome.auction_id == Auction.id)
        .outerjoin(Signup, Signup.id == Outcome.winner_signup_id)
        .where(Auction.id == auction_id)
    )
    row = tx.db.execute(query).first()
    winner = (row.paddle or "") if row is not None and row.state == "closed" else None
    return data_room(tx.db, tx.actor, auction_id=auction_id, now=tx.now, winner=winner)
